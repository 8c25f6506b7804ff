package dev.offramp.coordinator.cli.process;

/** Stops child processes when this one is asked to stop, as by Ctrl-C. Thread-safe. */
public final class CleanUp {
    private final Thread hook;

    private CleanUp(Thread hook) {
        this.hook = hook;
    }

    public static CleanUp atExit(WorkDirectory directory, ProcessTable processes) {
        Thread hook = Thread.ofPlatform().name("clean-up").unstarted(() -> {
            processes.close();
            directory.close();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        return new CleanUp(hook);
    }

    /** The command ends by itself. */
    public void standDown() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            waitForIt();
        }
    }

    /** The process is stopping already: what fails now fails because of that, and nobody wants to read it. */
    private void waitForIt() {
        try {
            hook.join();
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
