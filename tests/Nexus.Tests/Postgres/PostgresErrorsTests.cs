using System.Net.Sockets;
using System.Security.Authentication;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Tests.Postgres;

public class PostgresErrorsTests
{
    private const string Value = "s3cret-value";

    private static PostgresException Server(string state, string message = "failed for " + Value) => new(
        message, "ERROR", "ERROR", state, detail: $"Key (chat_id)=({Value}) exists", tableName: "sessions", columnName: "config",
        constraintName: "sessions_pkey");

    [Theory]
    [InlineData("08006", StoreUnavailableReason.Unreachable)]
    [InlineData("57P01", StoreUnavailableReason.Unreachable)]
    [InlineData("57P03", StoreUnavailableReason.Unreachable)]
    [InlineData("53300", StoreUnavailableReason.TooManyConnections)]
    [InlineData("53200", StoreUnavailableReason.Unreachable)]
    [InlineData("53100", StoreUnavailableReason.DiskFull)]
    [InlineData("25006", StoreUnavailableReason.ReadOnly)]
    [InlineData("55P03", StoreUnavailableReason.TimedOut)]
    [InlineData("57014", StoreUnavailableReason.TimedOut)]
    [InlineData("40P01", StoreUnavailableReason.TimedOut)]
    public void A_server_that_cannot_answer_now_is_unavailable(string state, StoreUnavailableReason reason)
    {
        var error = Assert.IsType<StoreUnavailableException>(PostgresErrors.Translate(Server(state)));

        Assert.Equal(reason, error.Reason);
        Assert.Contains(state, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_of_the_server_is_named_as_one() =>
        Assert.Contains("temp_file_limit", PostgresErrors.Translate(Server("53400")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("23505")]
    [InlineData("23514")]
    [InlineData("22001")]
    [InlineData("22P02")]
    [InlineData("22003")]
    [InlineData("P0001")]
    public void A_refused_value_is_described_without_showing_it(string state)
    {
        var error = Assert.IsType<StoreRejectedException>(PostgresErrors.Translate(Server(state)));

        Assert.Equal(state, error.StoreCode);
        Assert.Contains("sessions_pkey", error.Message, StringComparison.Ordinal);
        Assert.Contains("column config", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("42P01")]
    [InlineData("3F000")]
    [InlineData("42703")]
    [InlineData("42883")]
    public void A_missing_schema_tells_to_migrate(string state) =>
        Assert.Contains("migrate the database", Assert.IsType<StoreIncompatibleException>(PostgresErrors.Translate(Server(state))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("28P01")]
    [InlineData("28000")]
    [InlineData("3D000")]
    [InlineData("42501")]
    [InlineData("26000")]
    public void What_the_operator_must_mend_names_the_setting(string state) =>
        Assert.Equal("Database", Assert.IsType<NexusConfigurationException>(PostgresErrors.Translate(Server(state))).Setting);

    [Fact]
    public void A_config_that_grew_too_large_by_a_patch_is_a_validation_error()
    {
        var error = Assert.IsType<NexusValidationException>(PostgresErrors.Translate(Server("NX413")));

        Assert.True(error.IsTooLarge);
        Assert.Equal("config", error.Field);
    }

    [Fact]
    public void Trouble_on_the_way_is_unavailable()
    {
        Assert.Equal(StoreUnavailableReason.Unreachable, Reason(
            new NpgsqlException("Exception while reading from stream", new IOException("reset"))));
        Assert.Equal(StoreUnavailableReason.Unreachable, Reason(
            new NpgsqlException("Failed to connect to 127.0.0.1:1", new SocketException((int)SocketError.ConnectionRefused))));
        Assert.Equal(StoreUnavailableReason.TimedOut, Reason(new NpgsqlException("Exception while reading from stream", new TimeoutException())));
        Assert.Equal(StoreUnavailableReason.Unreachable, Reason(new NpgsqlException("No suitable host was found.")));

        static StoreUnavailableReason Reason(Exception error) => Assert.IsType<StoreUnavailableException>(PostgresErrors.Translate(error)).Reason;
    }

    [Fact]
    public void Failed_tls_names_the_setting()
    {
        Assert.Equal("Database", Setting(new NpgsqlException("Exception while performing SSL handshake",
            new AuthenticationException("untrusted root"))));
        Assert.Equal("Database", Setting(new NpgsqlException("SSL connection requested. No SSL enabled connection from this host is configured.")));

        static string Setting(Exception error) => Assert.IsType<NexusConfigurationException>(PostgresErrors.Translate(error)).Setting;
    }

    [Fact]
    public void Of_several_hosts_a_refused_login_is_told_first()
    {
        var hosts = new AggregateException(new NpgsqlException("Failed to connect to h1", new SocketException(111)), Server("28P01"));

        Assert.IsType<NexusConfigurationException>(PostgresErrors.Translate(new NpgsqlException("Unable to connect to a suitable host.", hosts)));
    }

    [Fact]
    public void Retrying_is_safe_only_where_nothing_was_written()
    {
        Assert.True(PostgresErrors.IsTransient(Server("40001")));
        Assert.True(PostgresErrors.IsTransient(Server("40P01")));
        Assert.True(PostgresErrors.IsTransient(Server("57P03")));
        Assert.True(PostgresErrors.IsTransient(new NpgsqlException("Failed to connect to 127.0.0.1:1", new SocketException(111))));
        Assert.False(PostgresErrors.IsTransient(Server("57P01")));
        Assert.False(PostgresErrors.IsTransient(new NpgsqlException("Exception while reading from stream", new IOException())));
        Assert.False(PostgresErrors.IsTransient(Server("23505")));
    }

    [Fact]
    public void An_outcome_is_unknown_once_the_connection_broke()
    {
        Assert.True(PostgresErrors.IsConnectionLost(Server("57P01")));
        Assert.True(PostgresErrors.IsConnectionLost(Server("08006")));
        Assert.True(PostgresErrors.IsConnectionLost(new NpgsqlException("Exception while reading from stream", new EndOfStreamException())));
        Assert.True(PostgresErrors.IsConnectionLost(new NpgsqlException("Exception while reading from stream", new TimeoutException())));
        Assert.False(PostgresErrors.IsConnectionLost(Server("40001")));
        Assert.False(PostgresErrors.IsConnectionLost(new NpgsqlException("Failed to connect to 127.0.0.1:1", new TimeoutException())));
        Assert.False(PostgresErrors.IsConnectionLost(new InvalidOperationException()));
    }

    [Fact]
    public void A_defect_is_not_taken_for_trouble_with_the_database()
    {
        Assert.False(PostgresErrors.Covers(new InvalidCastException()));
        Assert.False(PostgresErrors.Covers(new OperationCanceledException()));
        Assert.True(PostgresErrors.Covers(new NpgsqlException()));
    }
}
