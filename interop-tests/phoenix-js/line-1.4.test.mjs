import { suite } from "./suite.mjs";

await suite("phoenix-1.4", {
  noticesEndOfSession: false,
  batches: false,
  binary: false,
  fallsBack: false,
  authenticates: false,
});
