/** What stands around every view: answers kept, who is logged in, language and colours, the addresses. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { isPassing } from "./api/http";
import { LocaleProvider } from "./i18n/provider";
import { LiveProvider } from "./live/provider";
import { Login } from "./session/login";
import { SessionProvider, useSession } from "./session/session";
import { Shell } from "./shell/shell";
import { Starting } from "./shell/starting";
import { theme } from "./styles/theme";
import { defaults } from "./ui/defaults";
import { ToastProvider } from "./ui/toast";

const InboxPage = lazy(() => import("./inbox/inbox-page"));
const CustomerPage = lazy(() => import("./panel/customer-page"));
const BoardPage = lazy(() => import("./board/board-page"));
const SettingsPage = lazy(() => import("./settings/settings-page"));

/** An agent looks at a screen all day: what is older than this is read again when it is shown. */
const FRESH_FOR_MS = 30_000;
const TRIES = 2;

function newCache(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: FRESH_FOR_MS, retry: (count, error) => count < TRIES && isPassing(error), refetchOnWindowFocus: false } },
  });
}

export function App(): ReactNode {
  const [cache] = useState(newCache);
  return (
    <MantineProvider theme={defaults(theme)} withCssVariables={false} withGlobalClasses={false} defaultColorScheme="auto">
      <QueryClientProvider client={cache}>
        <SessionProvider>
          <LocaleProvider>
            <ToastProvider>
              <Gate />
            </ToastProvider>
          </LocaleProvider>
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Gate(): ReactNode {
  const { status } = useSession();
  if (status === "starting") return <Starting />;
  if (status === "out") return <Login />;
  return (
    <LiveProvider>
      <BrowserRouter basename="/console">
        <Views />
      </BrowserRouter>
    </LiveProvider>
  );
}

function Views(): ReactNode {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route
          path="inbox/:view?/:id?/:part?"
          element={
            <Suspense fallback={<Starting />}>
              <InboxPage />
            </Suspense>
          }
        />
        <Route
          path="customers/:id"
          element={
            <Suspense fallback={<Starting />}>
              <CustomerPage />
            </Suspense>
          }
        />
        <Route
          path="board"
          element={
            <Suspense fallback={<Starting />}>
              <BoardPage />
            </Suspense>
          }
        />
        <Route
          path="settings/:section?"
          element={
            <Suspense fallback={<Starting />}>
              <SettingsPage />
            </Suspense>
          }
        />
        <Route path="*" element={<Navigate to="/inbox/queue" replace />} />
      </Route>
    </Routes>
  );
}
