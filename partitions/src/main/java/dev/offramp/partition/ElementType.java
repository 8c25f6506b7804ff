package dev.offramp.partition;

/** Element types a tensor may have on an edge between partitions, with their size in bytes. */
public enum ElementType {
    FLOAT32(4),
    FLOAT16(2),
    FLOAT64(8),
    INT8(1),
    UINT8(1),
    INT32(4),
    INT64(8),
    BOOL(1);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
