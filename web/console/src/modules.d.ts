declare module "virtual:theme.css";
/// <reference types="vite/client" />
