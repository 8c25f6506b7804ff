package dev.offramp.coordinator.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said on stderr, and the exit code, when a command fails. Stateless. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("offramp: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        switch (e) {
            case CliException failure -> {
                err.println("offramp: " + failure.getMessage());
                return failure.exitCode();
            }
            case InterruptedException interrupted -> {
                Thread.currentThread().interrupt();
                err.println("offramp: interrupted");
                return ExitCode.ERROR;
            }
            default -> {
                err.println("offramp: " + e + "\nThis is a bug: please report it with the lines below");
                e.printStackTrace(err);
                return ExitCode.ERROR;
            }
        }
    }
}
