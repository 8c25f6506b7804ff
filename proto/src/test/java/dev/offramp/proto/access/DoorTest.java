package dev.offramp.proto.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.RefusalCounter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class DoorTest {
    private static final int PORT = 7701;
    private static final long SECOND = 1_000_000_000L;

    private final DoorLimits limits = new DoorLimits(4);
    private final RefusalCounter refusals = new RefusalCounter();
    private long now;
    private int ports = 1024;
    private final Door door = new Door(limits, refusals, () -> now);

    private record Attempt(Door.Ends ends, boolean admitted) {}

    private Attempt knock(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            Door.Ends ends = Door.Ends.of(new InetSocketAddress(address, ++ports), PORT);
            return new Attempt(ends, door.admit(ends, address));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host, e);
        }
    }

    /** Fails at once. */
    private boolean fails(String host) {
        Attempt attempt = knock(host);
        door.closed(attempt.ends());
        return attempt.admitted();
    }

    private int admittedOf(int attempts, String host) {
        int admitted = 0;
        for (int i = 0; i < attempts; i++) {
            admitted += fails(host) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void anAddressWhoseAttemptsFailGetsFewAndEarnsMoreWithTime() {
        assertThat(admittedOf(1000, "10.0.0.66")).isEqualTo(8);
        assertThat(refusals.counts()).containsEntry(Refusal.FLOOD, 992L);
        now += SECOND;
        assertThat(admittedOf(1000, "10.0.0.66")).isEqualTo(2);
    }

    @Test
    void allStrangersTogetherGetTwiceAsMuchAsOneOfThem() {
        int admitted = 0;
        for (int host = 1; host < 250; host++) {
            admitted += admittedOf(10, "10.0.0." + host);
        }
        assertThat(admitted).isEqualTo(16);
    }

    @Test
    void membersConnectAsOftenAsTheyLike() {
        for (int i = 0; i < 10_000; i++) {
            Attempt attempt = knock("10.0.0.1");
            assertThat(attempt.admitted()).as("%d", i).isTrue();
            door.proved(attempt.ends());
            door.closed(attempt.ends());
        }
        assertThat(refusals.counts()).containsEntry(Refusal.FLOOD, 0L);
        assertThat(door.census()).isEqualTo(new Door.Census(0, 0, 0));
    }

    @Test
    void whoOverstepsCountsLikeAStranger() {
        int admitted = 0;
        for (int i = 0; i < 1000; i++) {
            Attempt attempt = knock("10.0.0.1");
            admitted += attempt.admitted() ? 1 : 0;
            door.proved(attempt.ends());
            door.overstepped(attempt.ends());
            door.overstepped(attempt.ends());
            door.closed(attempt.ends());
        }
        assertThat(admitted).isEqualTo(8);
        assertThat(fails("10.0.0.2")).as("of another address").isTrue();
    }

    @Test
    void whoOverstepsFromAMembersAddressUsesUpThatAddressesAttempts() {
        door.proved(knock("10.0.0.1").ends());
        int admitted = 0;
        for (int i = 0; i < 1000; i++) {
            Attempt attempt = knock("10.0.0.1");
            admitted += attempt.admitted() ? 1 : 0;
            door.proved(attempt.ends());
            door.overstepped(attempt.ends());
            door.closed(attempt.ends());
        }
        assertThat(admitted).isEqualTo(32);
    }

    @Test
    void aFloodFromElsewhereKeepsNoMemberOutWhoIsConnected() {
        door.proved(knock("10.0.0.1").ends());
        for (int host = 2; host < 250; host++) {
            admittedOf(10, "10.0.0." + host);
        }
        assertThat(fails("10.0.1.1")).as("another stranger").isFalse();
        Attempt second = knock("10.0.0.1");
        assertThat(second.admitted()).isTrue();
        door.proved(second.ends());
        assertThat(door.census().proved()).isEqualTo(2);
    }

    @Test
    void whoSharesAMembersAddressIsLimitedAsWell() {
        door.proved(knock("10.0.0.1").ends());
        assertThat(admittedOf(10_000, "10.0.0.1")).isEqualTo(32);
    }

    /** A gateway's cameras that all come anew at once, and again after a moment where they found no room. */
    @Test
    void membersBehindOneAddressAllGetInWithinAFewTries() {
        int waiting = 30;
        int tries = 0;
        for (; waiting > 0; tries++) {
            List<Door.Ends> underWay = new ArrayList<>();
            for (int i = 0; i < waiting; i++) {
                Attempt attempt = knock("10.0.0.1");
                if (attempt.admitted()) {
                    underWay.add(attempt.ends());
                }
            }
            underWay.forEach(door::proved);
            waiting -= underWay.size();
        }
        assertThat(tries).isEqualTo(2);
        assertThat(door.census()).isEqualTo(new Door.Census(30, 0, 0));
    }

    @Test
    void silentConnectionsAreBoundedPerAddressAndAltogether() {
        int admitted = 0;
        for (int host = 1; host < 250; host++) {
            int of = 0;
            for (int i = 0; i < 20; i++) {
                of += knock("10.0.0." + host).admitted() ? 1 : 0;
            }
            assertThat(of).isLessThanOrEqualTo(limits.unprovedPerAddress());
            admitted += of;
            now += 10 * SECOND;
        }
        assertThat(admitted).isEqualTo(limits.unproved());
        assertThat(door.census()).isEqualTo(new Door.Census(0, limits.unproved(), 0));
    }

    @Test
    void aHostWithManyAddressesOfTheSixthVersionIsOne() {
        int admitted = 0;
        for (int i = 1; i < 1000; i++) {
            admitted += fails("2001:db8::" + Integer.toHexString(i)) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(8);
        assertThat(fails("2001:db8:0:1::1")).isTrue();
    }

    @Test
    void remembersABoundedNumberOfAddresses() {
        door.proved(knock("10.99.0.1").ends());
        for (int i = 0; i < 10_000; i++) {
            fails("10.1." + i / 250 + "." + i % 250);
        }
        assertThat(door.addresses()).isLessThanOrEqualTo(4096);
        assertThat(knock("10.99.0.1").admitted()).as("the member's").isTrue();
    }

    /** Whatever happens in whatever order, what stands is accounted for and within its bounds. */
    @RepeatedTest(20)
    void neverLosesCount() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        List<Door.Ends> open = new ArrayList<>();
        int left = 0;
        List<Door.Ends> members = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    Attempt attempt = knock("10.0.0." + random.nextInt(1, 20));
                    if (attempt.admitted()) {
                        open.add(attempt.ends());
                    }
                }
                case 2 -> {
                    if (!open.isEmpty()) {
                        Door.Ends ends = open.remove(random.nextInt(open.size()));
                        if (random.nextInt(3) == 0) {
                            door.proved(ends);
                            members.add(ends);
                        } else {
                            door.closed(ends);
                            left++;
                        }
                    }
                }
                default -> {
                    if (!members.isEmpty() && random.nextInt(3) == 0) {
                        door.closed(members.remove(random.nextInt(members.size())));
                    }
                }
            }
            now += random.nextLong(SECOND / 4);
            assertThat(door.census()).as("seed %d", seed).isEqualTo(new Door.Census(members.size(), open.size(), left));
        }
        open.forEach(door::closed);
        members.forEach(door::closed);
        assertThat(door.census()).as("seed %d", seed).isEqualTo(new Door.Census(0, 0, left + open.size()));
        now += 60 * SECOND;
        assertThat(admittedOf(1000, "10.0.0.1")).as("seed %d", seed).isEqualTo(8);
    }

    @Test
    void refusesLimitsThatLimitNothing() {
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new DoorLimits(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected from 0.1 to 10000");
        }
    }

    @Test
    void aConnectionWithoutAProofGetsFewCallsAndIsEnded() {
        Door.Ends ends = knock("10.0.0.66").ends();
        int[] ended = new int[1];
        door.stands(ends, () -> ended[0]++);

        for (int call = 0; call < 16; call++) {
            assertThat(door.mayCall(ends)).isTrue();
        }
        assertThat(ended[0]).isZero();
        assertThat(door.mayCall(ends)).isFalse();
        assertThat(ended[0]).isEqualTo(1);
        assertThat(refusals.counts()).containsEntry(Refusal.FLOOD, 1L);
    }

    @Test
    void aMembersCallsAreNotCounted() {
        Door.Ends ends = knock("10.0.0.66").ends();
        door.proved(ends);

        for (int call = 0; call < 1000; call++) {
            assertThat(door.mayCall(ends)).isTrue();
        }
        assertThat(door.isProved(ends)).isTrue();
    }
}
