// The events of a round, prepared beforehand: the same numbers as the bench's own generator makes.
package tachograph.peer;

/** Object arrays in the order of the schema; equal texts are one object. */
final class Events {
    final Object[][] rows;

    Events(Workload workload) {
        String[] symbols = new String[workload.keys];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = "S" + i;
        }
        rows = new Object[workload.events][];
        long random = 1;
        for (int i = 0; i < rows.length; i++) {
            random = random * 6364136223846793005L + 1442695040888963407L;
            int symbol = (int) ((random >>> 33) % workload.keys);
            long value = (random >>> 43) % workload.bound;
            rows[i] = new Object[] {symbols[symbol], value};
        }
    }
}
