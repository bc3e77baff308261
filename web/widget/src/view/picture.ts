/** Pictures are drawn, not linked: that works under any policy a shop's page may have, and needs no
 * address that somebody could pass on. */

/** Draws an image file into a canvas of its own shape; rejects when the browser cannot read it. */
export async function drawPicture(canvas: HTMLCanvasElement, file: Blob, widestPx: number): Promise<void> {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, (widestPx * Math.min(2, devicePixelRatio)) / Math.max(whole.width, whole.height));
  canvas.width = Math.max(1, Math.round(whole.width * scale));
  canvas.height = Math.max(1, Math.round(whole.height * scale));
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.imageSmoothingQuality = "high";
    pen.drawImage(whole, 0, 0, canvas.width, canvas.height);
  }
  whole.close();
}

/** Calls back when the element comes near the visible part, once. */
export function whenNear(element: Element, action: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    action();
  });
  observer.observe(element);
}
