// Runs before the first paint, so that a chosen theme never flashes. A file of its own: pages run no inline scripts.
try {
  const theme = localStorage.getItem("gridfolk:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage, no choice.
}
