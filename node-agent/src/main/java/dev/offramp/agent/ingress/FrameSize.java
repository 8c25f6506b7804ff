package dev.offramp.agent.ingress;

/** Width and height of a frame, as its header says. */
record FrameSize(int width, int height) {}
