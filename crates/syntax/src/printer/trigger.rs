//! `on …` as text.

use super::Printer;
use crate::ast::{
    MergeAction, MergeBranch, MergeInsert, OnAction, OnTrigger, SplitBranch, TriggerTarget,
};

impl Printer {
    pub(super) fn on_trigger(&mut self, trigger: &OnTrigger) {
        self.text("on ");
        self.stream_source(&trigger.source);
        match &trigger.action {
            OnAction::Set(set) => self.clause(" set ", set, Self::assignment),
            OnAction::Select { delete, select } => {
                self.optional(" ", select.insert_into.as_ref(), Self::insert_into);
                self.text(if *delete {
                    " select and delete "
                } else {
                    " select "
                });
                self.select_body(select);
            }
            OnAction::Delete { target, where_ } => {
                self.text(" delete from ");
                self.target(target);
                self.optional(" where ", where_.as_ref(), Self::expr);
            }
            OnAction::Update {
                target,
                set,
                where_,
            } => {
                self.text(" update ");
                self.target(target);
                self.clause(" set ", set, Self::assignment);
                self.optional(" where ", where_.as_ref(), Self::expr);
            }
            OnAction::Merge {
                target,
                where_,
                branches,
            } => {
                self.text(" merge ");
                self.target(target);
                self.optional(" where ", where_.as_ref(), Self::expr);
                branches.iter().for_each(|b| self.merge_branch(b));
            }
            OnAction::MergeInsert { target, insert } => {
                self.text(" merge ");
                self.target(target);
                self.text(" ");
                self.merge_insert(insert);
            }
            OnAction::Split { branches, all } => {
                branches.iter().for_each(|b| self.split_branch(b));
                self.text(if *all { " output all" } else { " output first" });
            }
        }
    }

    fn target(&mut self, target: &TriggerTarget) {
        self.ident(&target.name);
        self.optional(" as ", target.alias.as_ref(), Self::ident);
    }

    fn merge_branch(&mut self, branch: &MergeBranch) {
        self.text(if branch.matched {
            " when matched"
        } else {
            " when not matched"
        });
        self.optional(" and ", branch.condition.as_ref(), Self::expr);
        for action in &branch.actions {
            self.text(" then ");
            match action {
                MergeAction::Insert(insert) => self.merge_insert(insert),
                MergeAction::Update { set, where_ } => {
                    self.clause("update set ", set, Self::assignment);
                    self.optional(" where ", where_.as_ref(), Self::expr);
                }
                MergeAction::Delete { where_ } => {
                    self.text("delete");
                    self.optional(" where ", where_.as_ref(), Self::expr);
                }
            }
        }
    }

    fn merge_insert(&mut self, insert: &MergeInsert) {
        self.text("insert ");
        if let Some(into) = &insert.into {
            self.text("into ");
            self.qualified_name(into);
            self.text(" ");
        }
        if !insert.columns.is_empty() {
            self.ident_list(&insert.columns);
            self.text(" ");
        }
        self.text("select ");
        self.select_list(&insert.items);
        self.optional(" where ", insert.where_.as_ref(), Self::expr);
    }

    fn split_branch(&mut self, branch: &SplitBranch) {
        self.text(" ");
        self.insert_into(&branch.insert_into);
        self.text(" select ");
        self.select_list(&branch.items);
        if !branch.contained.is_empty() {
            self.text(" from ");
            branch
                .contained
                .iter()
                .for_each(|c| self.contained_event(c));
            self.optional(" as ", branch.alias.as_ref(), Self::ident);
        }
        self.optional(" where ", branch.where_.as_ref(), Self::expr);
    }
}
