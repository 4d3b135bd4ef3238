//! Against a real HBase: the one that `TACHO_HBASE` names (servers of one cluster, `host:port`, with
//! commas between them; `TACHO_HBASE_ZK` names its ZooKeeper in the same form), or else one that is
//! started for these tests. Where that cannot be the tests are ignored, with the reason. Every test has a
//! table of its own and drops it.

mod admin;
mod arguments;
mod cluster;
mod data;
mod death;
mod filters;
mod harness;
mod interop;
mod regions;
mod registry;
mod scans;
#[allow(
    dead_code,
    reason = "a server that speaks TLS is for a client that can"
)]
mod server;
mod shell;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod writers;

use std::process::ExitCode;

use harness::{Verdict, trials};
use libtest_mimic::Arguments;

fn main() -> ExitCode {
    #[allow(unused_mut, reason = "more follow with TLS")]
    let mut trials = trials![
        in_runtime;
        admin::a_table_is_described_as_it_was_created,
        admin::a_table_lives_and_dies,
        admin::namespaces_hold_tables,
        arguments::what_no_server_could_answer_is_said_at_once,
        arguments::what_servers_refuse_is_not_tried_again,
        arguments::the_greatest_numbers_mean_all_and_for_ever,
        cluster::many_tasks_share_a_client_and_count_exactly_while_a_region_moves,
        data::a_row_is_read_as_it_was_written,
        data::deletes_hide_what_they_name,
        data::counters_count_and_values_grow,
        data::a_change_waits_for_its_condition,
        data::changes_of_a_row_are_made_together,
        data::a_batch_answers_each_action,
        data::a_cell_that_is_too_large_fails_alone,
        data::a_fault_that_would_come_again_comes_at_once,
        data::cells_disappear_after_their_time,
        death::acknowledged_rows_outlive_a_server,
        filters::filters_of_rows,
        filters::filters_of_values,
        filters::filters_of_columns,
        filters::filters_of_one_column,
        filters::filters_of_parts_of_keys,
        interop::javas_client_and_ours_read_what_either_wrote,
        regions::merged_regions_are_found_by_a_warm_client,
        regions::a_region_is_not_split_outside_of_itself,
        regions::a_table_made_anew_by_another_client_is_found,
        regions::what_is_not_there_is_called_so,
        regions::a_schema_is_changed_in_part,
        registry::zookeeper_and_servers_name_the_same_cluster,
        registry::one_server_that_lives_is_enough,
        registry::nobody_to_ask_is_said_when_the_time_is_over,
        scans::ranges_cross_regions_both_ways,
        scans::limits_end_a_scan,
        scans::wide_rows_come_whole,
        scans::rows_come_once_while_regions_move_and_split,
        scans::a_slow_reader_keeps_its_scanner,
        scans::a_raw_scan_shows_marks_and_what_they_hide,
        scans::of_a_wide_row_a_page_is_read,
        scans::wide_rows_come_in_parts,
        shell::the_shell_and_we_read_what_either_wrote,
        writers::all_rows_arrive_while_regions_split_and_move,
        writers::failures_come_with_their_changes,
    ];
    #[cfg(feature = "tls")]
    trials.extend(trials![
        in_runtime;
        tls::a_server_is_recognised_and_rows_are_written_and_read,
        tls::plain_text_and_clients_without_a_certificate_are_refused,
    ]);
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs a test in a runtime of its own.
fn in_runtime(test: impl Future<Output = Verdict>) -> Verdict {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(test)
}
