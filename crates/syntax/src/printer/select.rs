//! `select` and its streams as text.

use super::Printer;
use crate::ast::{
    ContainedEvent, ForClause, GroupItem, InsertInto, Join, JoinKind, Limit, OrderItem, Retain,
    Select, SelectItem, SortOrder, StreamFilter, StreamKind, StreamSelector, StreamSource, View,
};

impl Printer {
    pub(super) fn select(&mut self, select: &Select) {
        if let Some(insert) = &select.insert_into {
            self.insert_into(insert);
            self.text(" ");
        }
        if let Some(table) = &select.into_table {
            self.text("into table ");
            self.ident(table);
            self.text(" ");
        }
        self.text("select ");
        self.select_body(select);
    }

    /// What follows the word `select`.
    pub(super) fn select_body(&mut self, select: &Select) {
        if let Some(selector) = select.selector {
            self.stream_selector(selector);
        }
        self.flag(select.distinct, "distinct ");
        self.select_list(&select.items);
        for (i, source) in select.from.iter().enumerate() {
            self.text(if i == 0 {
                " from "
            } else {
                join_word(source.join.as_ref())
            });
            self.stream_source(source);
        }
        self.optional(
            " ",
            select.match_recognize.as_deref(),
            Self::match_recognize,
        );
        self.optional(" where ", select.where_.as_ref(), Self::expr);
        self.clause(" group by ", &select.group_by, Self::group_item);
        self.optional(" having ", select.having.as_ref(), Self::expr);
        self.optional(" ", select.output.as_ref(), Self::output_limit);
        self.clause(" order by ", &select.order_by, Self::order_item);
        self.optional(" limit ", select.limit.as_ref(), Self::limit);
        select.for_clauses.iter().for_each(|f| self.for_clause(f));
    }

    fn stream_selector(&mut self, selector: StreamSelector) {
        self.text(match selector {
            StreamSelector::Istream => "istream ",
            StreamSelector::Rstream => "rstream ",
            StreamSelector::Irstream => "irstream ",
        });
    }

    pub(super) fn select_list(&mut self, items: &[SelectItem]) {
        self.list(items, ", ", |p, item| match item {
            SelectItem::Wildcard(_) => p.text("*"),
            SelectItem::StreamWildcard { stream, alias, .. } => {
                p.ident(stream);
                p.text(".*");
                p.optional(" as ", alias.as_ref(), Self::ident);
            }
            SelectItem::Expr {
                expr,
                alias,
                annotations,
                ..
            } => {
                p.expr(expr);
                p.annotations(annotations);
                p.optional(" as ", alias.as_ref(), Self::ident);
            }
        });
    }

    pub(super) fn insert_into(&mut self, insert: &InsertInto) {
        self.text("insert ");
        if let Some(selector) = insert.selector {
            self.stream_selector(selector);
        }
        self.text("into ");
        self.qualified_name(&insert.target);
        if !insert.columns.is_empty() {
            self.ident_list(&insert.columns);
        }
        if let Some(precedence) = &insert.precedence {
            self.text(" event-precedence");
            self.parenthesised(precedence);
        }
    }

    pub(super) fn stream_source(&mut self, source: &StreamSource) {
        match &source.kind {
            StreamKind::Filter(filter) => self.stream_filter(filter),
            StreamKind::Pattern {
                annotations,
                pattern,
            } => {
                self.text("pattern");
                self.annotations(annotations);
                self.text(" [");
                self.pattern(pattern);
                self.text("]");
            }
        }
        source.views.iter().for_each(|v| self.view(v));
        self.retain(source.retain);
        self.optional(" as ", source.alias.as_ref(), Self::ident);
        self.flag(source.unidirectional, " unidirectional");
        if let Some(join) = source.join.as_ref().filter(|j| !j.on.is_empty()) {
            self.text(" on ");
            self.list(&join.on, " and ", Self::join_pair);
        }
    }

    pub(super) fn retain(&mut self, retain: Option<Retain>) {
        self.text(match retain {
            Some(Retain::Union) => " retain-union",
            Some(Retain::Intersection) => " retain-intersection",
            None => "",
        });
    }

    pub(super) fn stream_filter(&mut self, filter: &StreamFilter) {
        self.qualified_name(&filter.event_type);
        if !filter.filter.is_empty() {
            self.exprs(&filter.filter);
        }
        filter
            .contained
            .iter()
            .for_each(|c| self.contained_event(c));
    }

    pub(super) fn contained_event(&mut self, contained: &ContainedEvent) {
        self.text("[");
        if !contained.items.is_empty() {
            self.text("select ");
            self.select_list(&contained.items);
            self.text(" from ");
        }
        self.expr(&contained.source);
        if let Some(event_type) = &contained.event_type {
            self.text("@type(");
            self.qualified_name(event_type);
            self.text(")");
        }
        self.optional(" as ", contained.alias.as_ref(), Self::ident);
        self.optional(" where ", contained.where_.as_ref(), Self::expr);
        self.text("]");
    }

    pub(super) fn view(&mut self, view: &View) {
        if let Some(namespace) = &view.namespace {
            self.text(".");
            self.member(namespace);
            self.text(":");
        } else {
            self.text("#");
        }
        self.member(&view.name);
        if !view.args.is_empty() || view.namespace.is_some() {
            self.exprs(&view.args);
        }
    }

    fn group_item(&mut self, item: &GroupItem) {
        let (word, items) = match item {
            GroupItem::Expr(expr) => return self.expr(expr),
            GroupItem::Composite(exprs, _) => return self.exprs(exprs),
            GroupItem::Rollup(items, _) => ("rollup(", items),
            GroupItem::Cube(items, _) => ("cube(", items),
            GroupItem::GroupingSets(items, _) => ("grouping sets(", items),
        };
        self.text(word);
        self.list(items, ",", Self::group_item);
        self.text(")");
    }

    fn order_item(&mut self, item: &OrderItem) {
        self.expr(&item.expr);
        self.flag(item.order == SortOrder::Descending, " desc");
    }

    fn limit(&mut self, limit: &Limit) {
        self.amount(&limit.count);
        self.optional(" offset ", limit.offset.as_ref(), Self::amount);
    }

    fn for_clause(&mut self, clause: &ForClause) {
        self.text(" for ");
        self.ident(&clause.name);
        if !clause.args.is_empty() {
            self.exprs(&clause.args);
        }
    }
}

fn join_word(join: Option<&Join>) -> &'static str {
    match join.map(|j| j.kind) {
        None => ", ",
        Some(JoinKind::Inner) => " inner join ",
        Some(JoinKind::Left) => " left outer join ",
        Some(JoinKind::Right) => " right outer join ",
        Some(JoinKind::Full) => " full outer join ",
    }
}
