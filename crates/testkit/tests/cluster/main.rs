//! The real program against real servers: brokers and stores are killed, moved and started again
//! while it works, and so is the program itself. Afterwards the stores hold what a computation of
//! its own over the same records gives: nothing twice, nothing missing.
//!
//! The servers come from `cargo xtask testbed`. A test for which a machine lacks what they need is
//! ignored, with a line that says why. `TACHO_KILLS` says how often things are killed, `TACHO_ROUNDS`
//! how often something drawn by chance is (`TACHO_KILLS=100` and `TACHO_ROUNDS=100` are the long
//! forms), and `TACHO_SEED` repeats what was drawn.

mod example;
mod fence;
mod formats;
mod group;
#[path = "../../../hbase/tests/real/harness.rs"]
mod harness;
mod hbase;
mod job;
mod kafka;
mod pair;
mod python;
mod redis;
mod rounds;
mod testbed;
mod tls;

use std::process::ExitCode;

use harness::trials;
use libtest_mimic::Arguments;
use tachograph_testkit::smartcar as truth;

fn main() -> ExitCode {
    let trials = trials![
        std::convert::identity;
        example::the_example_with_real_servers_finds_what_the_one_without_does,
        fence::a_paused_owner_is_fenced_off_by_another_master_too,
        fence::a_paused_owner_is_fenced_off_where_its_slots_have_moved,
        fence::a_paused_member_writes_nothing_more_to_sentinels,
        fence::a_paused_member_writes_nothing_more_to_a_cluster,
        formats::what_confluents_serializers_write_is_read,
        group::members_of_a_group_take_over_from_one_another,
        group::members_take_over_by_the_new_protocol,
        hbase::every_record_is_in_hbase_once_whoever_is_killed,
        kafka::brokers_stores_and_the_program_are_killed_and_nothing_is_lost_or_twice,
        kafka::a_spout_takes_keys_headers_and_places_and_begins_where_it_is_told,
        redis::one_server_is_killed_while_it_is_written_to,
        redis::sentinels_choose_another_master_while_it_is_written_to,
        redis::slots_move_and_masters_die_while_a_cluster_is_written_to,
        rounds::every_effect_is_there_once_after_rounds_of_deaths,
        tls::records_come_and_go_over_tls_for_a_user_with_a_password,
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
