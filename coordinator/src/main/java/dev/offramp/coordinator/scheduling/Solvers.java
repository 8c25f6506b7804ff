package dev.offramp.coordinator.scheduling;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPSolver;

/** Linear programming by OR-Tools' GLOP. */
final class Solvers {
    private Solvers() {}

    /** A new solver; the caller deletes it. */
    static MPSolver linear() {
        Loader.loadNativeLibraries();
        MPSolver solver = MPSolver.createSolver("GLOP");
        if (solver == null) {
            throw new IllegalStateException("OR-Tools has no GLOP");
        }
        return solver;
    }
}
