// A workload as the bench describes it, one JSON object.
package tachograph.peer;

/** Field names are those of the bench's JSON. */
final class Workload {
    /** `create schema` statements. */
    String schema;
    /** The rule; `{key}` stands for the constant that tells copies apart. */
    String rule;
    /** How many statements are deployed. */
    int copies;
    /** Events of a round. */
    int events;
    /** Different values of the property `sym`: S0, S1, … */
    int keys;
    /** `v` lies below it. */
    int bound;
    /** Events of a millisecond of event time. */
    int perMs;
    /** Rules that are compiled and deployed one by one, instead of events that are sent. */
    int deploys;
}
