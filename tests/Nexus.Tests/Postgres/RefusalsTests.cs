using Nexus.Postgres;
using Npgsql;

namespace Nexus.Tests.Postgres;

/// <summary>Which errors of the server prove that a transaction is gone, and which may come from one row or one table of many.</summary>
public sealed class RefusalsTests
{
    private const string Plain = "plain", Raised = "raised", Nested = "nested";

    [Theory]
    // Data, constraints, limits, triggers, damaged pages, a policy: one row.
    [InlineData("21000", Plain, true, false)]
    [InlineData("22003", Plain, true, false)]
    [InlineData("23505", Plain, true, false)]
    [InlineData("44000", Plain, true, false)]
    [InlineData("54000", Plain, true, false)]
    [InlineData("NX400", Plain, true, false)]
    [InlineData("P0001", Plain, true, false)]
    [InlineData("XX001", Plain, true, false)]
    [InlineData("42501", Plain, true, true)]
    // A lock, memory, the limit of time, what is missing: one table.
    [InlineData("55P03", Plain, false, true)]
    [InlineData("53200", Plain, false, true)]
    [InlineData("57014", Plain, false, true)]
    [InlineData("55000", Plain, false, true)]
    [InlineData("42P01", Plain, false, true)]
    [InlineData("42703", Plain, false, true)]
    // Everybody's.
    [InlineData("53100", Plain, false, false)]
    [InlineData("40P01", Plain, false, false)]
    [InlineData("25006", Plain, false, false)]
    [InlineData("53300", Plain, false, false)]
    // What a trigger says, in whatever words; what happens inside one, unless it passes.
    [InlineData("53100", Raised, true, false)]
    [InlineData("40P01", Raised, true, false)]
    [InlineData("53100", Nested, true, false)]
    [InlineData("40P01", Nested, false, false)]
    [InlineData("57P01", Raised, true, false)]
    public void An_error_is_of_a_row_or_of_a_table_by_its_code_and_its_source(string state, string source, bool isRow, bool isTable)
    {
        var error = Error(state, source);

        Assert.Equal((isRow, isTable), (Refusals.MayBeOneRow(error), Refusals.MayBeOneTable(error)));
        Assert.True(Refusals.IsDefinite(error));
        Assert.False(Refusals.IsConnectionBroken(error));
        // An error that ends the session may stand in place of the response to a commit.
        var fatal = Error(state, source, "FATAL");
        Assert.False(Refusals.IsDefinite(fatal) || Refusals.MayBeOneRow(fatal) || Refusals.MayBeOneTable(fatal));
        Assert.True(Refusals.IsConnectionBroken(fatal));
    }

    [Theory]
    [InlineData("57P01")]
    [InlineData("08006")]
    public void A_stopping_server_does_not_tell_what_became_of_a_commit(string state)
    {
        Assert.False(Refusals.IsDefinite(Error(state)));
        Assert.False(Refusals.MayBeOneRow(Error(state)));
        Assert.True(Refusals.IsConnectionBroken(Error(state)));
    }

    [Fact]
    public void What_is_no_error_of_the_server_breaks_the_connection_if_it_is_of_the_database_at_all()
    {
        Assert.True(Refusals.IsConnectionBroken(new NpgsqlException("Exception while reading from stream", new IOException())));
        Assert.False(Refusals.IsConnectionBroken(new InvalidCastException()));
    }

    [Theory]
    [InlineData("RevalidateCachedQuery", false)]
    [InlineData(null, false)]
    [InlineData("ExecOther", true)]
    public void What_is_not_supported_is_of_a_row_unless_a_migration_made_the_statement_stale(string? routine, bool isRow)
    {
        var error = new PostgresException("refused", "ERROR", "ERROR", PostgresErrorCodes.FeatureNotSupported, routine: routine);

        Assert.Equal(isRow, Refusals.MayBeOneRow(error));
        Assert.True(Refusals.IsOfUnknownState(error));
        Assert.False(Refusals.IsOfUnknownState(Error("22003")));
        Assert.False(Refusals.IsOfUnknownState(new IOException()));
    }

    [Theory]
    [InlineData("55P03", true)]
    [InlineData("53100", true)]
    [InlineData("57014", true)]
    [InlineData("42501", true)]
    [InlineData("42P01", true)]
    [InlineData("42703", true)]
    [InlineData("42883", true)]
    [InlineData("22003", false)]
    [InlineData("42601", false)]
    public void Each_write_to_a_table_would_meet_an_error_of_the_table_but_not_one_of_a_trigger_or_a_policy(string state, bool isWhole)
    {
        Assert.Equal(isWhole, Refusals.ConcernsWholeTable(Error(state)));
        Assert.False(Refusals.ConcernsWholeTable(Error(state, Raised)));
        Assert.False(Refusals.ConcernsWholeTable(Error(state, Nested)));
        Assert.False(Refusals.ConcernsWholeTable(new PostgresException("refused", "ERROR", "ERROR", "42501", routine: "ExecWithCheckOptions")));
    }

    private static PostgresException Error(string state, string source = Plain, string severity = "ERROR") => new(
        "refused", severity, severity, state, routine: source == Raised ? "exec_stmt_raise" : null,
        where: source == Nested ? "PL/pgSQL function f() line 3 at SQL statement" : null);
}
