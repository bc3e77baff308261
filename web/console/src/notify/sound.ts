/** Two short tones made by the browser itself: no file to fetch, and nothing plays before the agent touched the page. */

const VOLUME = 0.09;
const TONES: Record<"alert" | "message", readonly [hz: number, at: number][]> = {
  alert: [
    [587, 0],
    [784, 0.13],
  ],
  message: [[698, 0]],
};
const LENGTH_S = 0.22;

let context: AudioContext | null = null;

export function play(kind: "alert" | "message"): void {
  // Browsers keep a page quiet until somebody has touched it.
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume();
    for (const [hz, at] of TONES[kind]) tone(context, hz, context.currentTime + at);
  } catch {
    // No sound device: the title and the list still tell.
  }
}

function tone(audio: AudioContext, hz: number, start: number): void {
  const source = audio.createOscillator();
  const gain = audio.createGain();
  source.frequency.value = hz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(VOLUME, start + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_S);
  source.connect(gain).connect(audio.destination);
  source.start(start);
  source.stop(start + LENGTH_S);
}
