/** Resolves when the text has left the process: a pipe takes it in pieces, and the process ends right after. */
export async function print(text: string): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe: that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  await new Promise<void>((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
