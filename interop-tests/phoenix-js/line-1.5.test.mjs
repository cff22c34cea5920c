import { suite } from "./suite.mjs";

await suite("phoenix-1.5", {
  noticesEndOfSession: false,
  batches: false,
  fallsBack: false,
  authenticates: false,
});
