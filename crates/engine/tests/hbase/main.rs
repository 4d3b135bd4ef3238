//! Tables of a real HBase are written and read as the archive's are. `TACHO_HBASE` may name the
//! servers, each `host:port`, with commas between; else one is started for these tests. Where that
//! cannot be, the tests are ignored, with the reason.

mod alike;
mod found;
#[path = "../../../hbase/tests/real/harness.rs"]
mod harness;
mod replaced;
#[allow(dead_code, reason = "not every test that has a server uses all of it")]
#[path = "../../../hbase/tests/real/server.rs"]
mod server;
mod support;

use std::process::ExitCode;

use harness::trials;
use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let trials = trials![
        std::convert::identity;
        alike::hbase_answers_as_the_archive_does,
        alike::every_choice_of_columns_gives_every_row,
        alike::the_servers_test_the_cells,
        found::a_table_that_no_topology_names_has_strings,
        found::what_cannot_be_read_is_told,
        found::columns_behind_the_first_rows_are_told,
        replaced::the_last_record_of_a_key_replaces_all_before_it,
        replaced::of_records_with_one_key_and_time_the_last_one_counts,
        replaced::late_records_take_their_place,
        replaced::the_number_of_tasks_changes_nothing,
        replaced::tasks_that_would_share_a_key_are_refused,
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
