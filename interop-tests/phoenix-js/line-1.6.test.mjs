import { suite } from "./suite.mjs";

await suite("phoenix-1.6", {
  comesBackAfterNormalClose: false,
  noticesEndOfSession: false,
  batches: false,
  fallsBack: false,
  authenticates: false,
});
