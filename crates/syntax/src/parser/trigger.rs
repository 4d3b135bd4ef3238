//! `on …` and `update istream`.
//!
//! Nouns: the trigger and what it does. Never: checks that the target is a window or table.

use super::{Abort, Parser, Production};
use crate::ast::{
    Expr, MergeAction, MergeBranch, MergeInsert, OnAction, OnTrigger, SplitBranch, TriggerTarget,
    UpdateIstream,
};
use crate::lexer::TokenKind;

impl Parser<'_> {
    pub(super) fn on_trigger(&mut self) -> Production<OnTrigger> {
        self.expect_word("on")?;
        let source = self.stream_source()?;
        let action = match () {
            () if self.eat_word("set") => OnAction::Set(self.assignments()?),
            () if self.eat_word("delete") => {
                self.expect_word("from")?;
                let target = self.trigger_target()?;
                OnAction::Delete {
                    target,
                    where_: self.optional_where()?,
                }
            }
            () if self.eat_word("update") => {
                let target = self.trigger_target()?;
                self.expect_word("set")?;
                let set = self.assignments()?;
                OnAction::Update {
                    target,
                    set,
                    where_: self.optional_where()?,
                }
            }
            () if self.eat_word("merge") => self.merge()?,
            () if self.at_word("select") => self.on_select()?,
            () if self.at_word("insert") => self.on_insert()?,
            () => {
                self.fail_expected("`select`, `set`, `update`, `delete`, `merge` or `insert`");
                return Err(Abort);
            }
        };
        Ok(OnTrigger { source, action })
    }

    fn trigger_target(&mut self) -> Production<TriggerTarget> {
        let start = self.start();
        let name = self.ident("a window or table")?;
        let alias = self.alias()?;
        Ok(TriggerTarget {
            name,
            alias,
            span: self.span_from(start),
        })
    }

    fn optional_where(&mut self) -> Production<Option<Expr>> {
        match self.eat_word("where") {
            true => self.expr().map(Some),
            false => Ok(None),
        }
    }

    /// `[insert into X] select [and delete] … from W`
    fn on_select(&mut self) -> Production<OnAction> {
        let start = self.start();
        let insert_into = match self.at_word("insert") {
            true => Some(self.insert_into()?),
            false => None,
        };
        self.expect_word("select")?;
        let delete = self.eat_words(&["and", "delete"]);
        let mut select = Box::new(self.select_body(start, None));
        select.insert_into = insert_into;
        Ok(OnAction::Select { delete, select })
    }

    /// A split, or a select that inserts: the latter reads from a window.
    fn on_insert(&mut self) -> Production<OnAction> {
        let (at, faults) = (self.at, self.diagnostics.len());
        let first = self.split_branch();
        let ends =
            self.at_end() || self.at(";") || self.at_word("insert") || self.after_split_branch();
        if ends && first.is_ok() {
            return self.split(first?);
        }
        self.at = at;
        self.diagnostics.truncate(faults);
        self.on_select()
    }

    fn after_split_branch(&self) -> bool {
        let ends = self.at_ahead(2, ";") || self.token_at(2).kind == TokenKind::End;
        ends && (self.at_words(&["output", "first"]) || self.at_words(&["output", "all"]))
    }

    fn split(&mut self, first: SplitBranch) -> Production<OnAction> {
        let mut branches = vec![first];
        while self.at_word("insert") {
            branches.push(self.split_branch()?);
        }
        let mut all = false;
        if self.eat_word("output") {
            all = self.eat_word("all");
            if !all {
                self.expect_word("first")?;
            }
        }
        Ok(OnAction::Split { branches, all })
    }

    fn split_branch(&mut self) -> Production<SplitBranch> {
        let start = self.start();
        let insert_into = self.insert_into()?;
        self.expect_word("select")?;
        let items = self.select_list()?;
        let (mut contained, mut alias) = (Vec::new(), None);
        if self.at_words(&["from", "["]) {
            self.advance();
            while self.at("[") {
                contained.push(self.contained_event()?);
            }
            alias = self.alias()?;
        }
        let where_ = self.optional_where()?;
        let span = self.span_from(start);
        Ok(SplitBranch {
            insert_into,
            items,
            contained,
            alias,
            where_,
            span,
        })
    }

    fn merge(&mut self) -> Production<OnAction> {
        self.eat_word("into");
        let target = self.trigger_target()?;
        if self.at_word("insert") {
            let insert = self.merge_insert()?;
            return Ok(OnAction::MergeInsert { target, insert });
        }
        let where_ = self.optional_where()?;
        let mut branches = Vec::new();
        while branches.is_empty() || self.at_word("when") {
            branches.push(self.merge_branch()?);
        }
        Ok(OnAction::Merge {
            target,
            where_,
            branches,
        })
    }

    fn merge_branch(&mut self) -> Production<MergeBranch> {
        let start = self.start();
        self.expect_word("when")?;
        let matched = !self.eat_word("not");
        self.expect_word("matched")?;
        let condition = match self.eat_word("and") {
            true => Some(self.expr()?),
            false => None,
        };
        let mut actions = Vec::new();
        while actions.is_empty() || self.at_word("then") {
            self.expect_word("then")?;
            actions.push(self.merge_action()?);
        }
        Ok(MergeBranch {
            matched,
            condition,
            actions,
            span: self.span_from(start),
        })
    }

    fn merge_action(&mut self) -> Production<MergeAction> {
        if self.at_word("insert") {
            return self.merge_insert().map(MergeAction::Insert);
        }
        if self.eat_word("delete") {
            return Ok(MergeAction::Delete {
                where_: self.optional_where()?,
            });
        }
        if self.eat_word("update") {
            self.expect_word("set")?;
            let set = self.assignments()?;
            return Ok(MergeAction::Update {
                set,
                where_: self.optional_where()?,
            });
        }
        self.fail_expected("`insert`, `update` or `delete`");
        Err(Abort)
    }

    fn merge_insert(&mut self) -> Production<MergeInsert> {
        self.expect_word("insert")?;
        let into = match self.eat_word("into") {
            true => Some(self.qualified_name("the name of a stream")?),
            false => None,
        };
        let columns = match self.at("(") {
            true => self.ident_list()?,
            false => Vec::new(),
        };
        self.expect_word("select")?;
        let items = self.select_list()?;
        Ok(MergeInsert {
            into,
            columns,
            items,
            where_: self.optional_where()?,
        })
    }

    /// `update istream S as s set a = 1 where …`
    pub(super) fn update_istream(&mut self) -> Production<UpdateIstream> {
        self.at += 2;
        let event_type = self.qualified_name("the name of a stream")?;
        let alias = self.alias()?;
        self.expect_word("set")?;
        let set = self.assignments()?;
        Ok(UpdateIstream {
            event_type,
            alias,
            set,
            where_: self.optional_where()?,
        })
    }
}
