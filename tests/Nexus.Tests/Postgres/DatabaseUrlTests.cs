using CsCheck;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Tests.Postgres;

public class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgres://u:p@db.example.com/app", "db.example.com", 5432, "u", "p", "app")]
    [InlineData("postgresql://u:p@db.example.com:6543/app", "db.example.com", 6543, "u", "p", "app")]
    [InlineData("POSTGRES://u@localhost/app", "localhost", 5432, "u", null, "app")]
    [InlineData("postgresql+asyncpg://u:p@localhost/app", "localhost", 5432, "u", "p", "app")]
    [InlineData("jdbc:postgresql://localhost/app?user=u&password=p", "localhost", 5432, "u", "p", "app")]
    [InlineData("postgres://", "localhost", 5432, null, null, null)]
    [InlineData("postgres:///app", "localhost", 5432, null, null, "app")]
    [InlineData("postgres://localhost?dbname=app", "localhost", 5432, null, null, "app")]
    [InlineData("postgres://u:p%40%3A%2F%3F%23%25%20w@h.example/my%20app", "h.example", 5432, "u", "p@:/?#% w", "my app")]
    [InlineData("postgres://u:a+b@h.example/app", "h.example", 5432, "u", "a+b", "app")]
    [InlineData("postgres://u:a@b#c?d@h.example/app", "h.example", 5432, "u", "a@b#c?d", "app")]
    [InlineData("postgres://u:ñandú🦤@h.example/app", "h.example", 5432, "u", "ñandú🦤", "app")]
    [InlineData("postgres://u:%C3%B1@h.example/app", "h.example", 5432, "u", "ñ", "app")]
    [InlineData("postgres://u:p@[::1]:6543/app", "::1", 6543, "u", "p", "app")]
    [InlineData("postgres://u:p@[2001:db8::7]/app", "2001:db8::7", 5432, "u", "p", "app")]
    [InlineData("postgres://u@%2Fvar%2Frun%2Fpostgresql/app", "/var/run/postgresql", 5432, "u", null, "app")]
    [InlineData("postgres:///app?host=/var/run/postgresql&port=6543", "/var/run/postgresql", 6543, null, null, "app")]
    [InlineData("host=127.0.0.1 port=6543 user=u password='it\\'s; a \\\\ = b' dbname=app", "127.0.0.1", 6543, "u", "it's; a \\ = b", "app")]
    [InlineData("host = h.example   dbname = app  user=u", "h.example", 5432, "u", null, "app")]
    [InlineData("Host=h.example;Port=6543;Username=u;Password=\"a;b=c\";Database=app", "h.example", 6543, "u", "a;b=c", "app")]
    [InlineData("Server=h.example;User Id=u;Password=p;Database=app", "h.example", 5432, "u", "p", "app")]
    public void Every_form_is_understood(string text, string host, int port, string? user, string? password, string? database)
    {
        var builder = DatabaseUrl.Parse(text);

        Assert.Equal((host, port, user, password, database), (builder.Host, builder.Port, builder.Username, builder.Password, builder.Database));
    }

    [Theory]
    [InlineData("postgres://u:Hunter2@0.0.0.0/app", "127.0.0.1")]
    [InlineData("postgres://u:Hunter2@0/app", "127.0.0.1")]
    [InlineData("postgres://u:Hunter2@[::]:5433/app", "127.0.0.1")]
    [InlineData("postgres://u:Hunter2@[::ffff:0.0.0.0]/app", "127.0.0.1")]
    [InlineData("postgres://u:Hunter2@h1.example,0.0.0.0/app", "127.0.0.1")]
    [InlineData("host=0.0.0.0 password=Hunter2", "127.0.0.1")]
    [InlineData("Host=0.0.0.0;Password=Hunter2", "127.0.0.1")]
    [InlineData("postgres://u:Hunter2@h/app?pgbouncer=true&listen=0.0.0.0:5432", "127.0.0.1", true)]
    [InlineData("long", "at most 253")]
    public void A_host_that_nothing_connects_to_is_named_instead_of_tried(string text, string says, bool isDirect = false)
    {
        if (text == "long") text = $"postgres://u:Hunter2@{new string('a', 300)}/app";
        var error = Assert.Throws<NexusConfigurationException>(() => DatabaseUrl.Read(text, isDirect: isDirect));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Hunter2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://h1.example:5432,h2.example:5433/app", "h1.example:5432,h2.example:5433")]
    [InlineData("postgres://h1.example,[::2]:5433/app", "h1.example:5432,[::2]:5433")]
    [InlineData("postgres:///app?host=h1.example,h2.example&port=6000", "h1.example:6000,h2.example:6000")]
    [InlineData("host=h1.example,h2.example port=1,2 dbname=app", "h1.example:1,h2.example:2")]
    public void Several_hosts_lead_to_the_one_that_takes_writes(string text, string hosts)
    {
        var builder = DatabaseUrl.Parse(text);

        Assert.Equal(hosts, builder.Host);
        Assert.Equal("read-write", builder.TargetSessionAttributes);
    }

    [Fact]
    public void Any_text_is_a_password_in_a_url() =>
        Gen.String.Where(IsText).Sample(password =>
            DatabaseUrl.Parse($"postgres://u:{Uri.EscapeDataString(password)}@h.example/app").Password == (password.Length == 0 ? null : password));

    [Fact]
    public void Any_text_is_a_password_among_the_options() =>
        Gen.String.Where(text => IsText(text) && text.Length > 0).Sample(password =>
            DatabaseUrl.Parse($"postgres://u@h.example/app?password={Uri.EscapeDataString(password)}&connect_timeout=7").Password == password);

    [Fact]
    public void Any_text_is_a_password_in_key_value_form() =>
        Gen.String.Where(text => IsText(text) && text.Length > 0).Sample(password =>
            DatabaseUrl.Parse($"host=h.example user=u password='{password.Replace("\\", "\\\\").Replace("'", "\\'")}'").Password == password);

    [Fact]
    public void What_the_driver_writes_is_read_back() =>
        Gen.String.Where(text => IsText(text) && text.Length > 0).Sample(password =>
        {
            var built = new Npgsql.NpgsqlConnectionStringBuilder { Host = "h.example", Username = "u", Password = password, Database = "app" };
            Assert.Equal(password, DatabaseUrl.Parse(built.ConnectionString).Password);
        });

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("mysql://u:Hunter2@h/app")]
    [InlineData("Hunter2")]
    [InlineData("postgres://u:Hunter%2@h/app")]
    [InlineData("postgres://u:Hunter2%zz@h/app")]
    [InlineData("postgres://u:Hunter2%00@h/app")]
    [InlineData("postgres://u:Hunter2%ff@h/app")]
    [InlineData("postgres://u:Hunter2@h:0/app")]
    [InlineData("postgres://u:Hunter2@h:65536/app")]
    [InlineData("postgres://u:Hunter2@h:54x/app")]
    [InlineData("postgres://u:Hunter2@h:1:2/app")]
    [InlineData("postgres://u:Hunter2@h1,,h2/app")]
    [InlineData("postgres://u:Hunter2@[::1/app")]
    [InlineData("postgres://u:Hunter2@[::1]x/app")]
    [InlineData("postgres://u:Hunter/2@h/app")]
    [InlineData("postgres://u:77/Hunter2@h/app")]
    [InlineData("postgres://u:Hunter2@h/app?sslmode")]
    [InlineData("postgres://u:Hunter2@h/app?=x")]
    [InlineData("postgres://u:Hunter2@h/app?sslmode=sometimes")]
    [InlineData("postgres://u:Hunter2@h/app?sslmode=3")]
    [InlineData("postgres://u:Hunter2@h/app?connect_timeout=soon")]
    [InlineData("postgres://u:Hunter2@h/app?colour=red")]
    [InlineData("postgres://u@h/app?password=a&Hunter2=b")]
    [InlineData("postgres://u:7/x?Hunter2=3@h/app")]
    [InlineData("postgres://u:Hunter2@h/app?host=a,b&port=1,2,3")]
    [InlineData("postgres://u:Hunter2@h/app?sslcrl=/etc/crl.pem")]
    [InlineData("postgres://u:Hunter2@h/app?requirepeer=postgres")]
    [InlineData("postgres://u:Hunter2@h/app?service=mine")]
    [InlineData("postgres://u:Hunter2@h/app?replication=database")]
    [InlineData("postgres://u:Hunter2@h/app?client_encoding=LATIN1")]
    [InlineData("postgres://u:Hunter2@h/app?hostaddr=10.0.0.1")]
    [InlineData("postgres://u:Hunter2@h/app?target_session_attrs=standby")]
    [InlineData("postgres://u:Hunter2@h/app?target_session_attrs=best")]
    [InlineData("Host=h;Password=a;Hunter2=b")]
    [InlineData("Host=h;Password=\"Hunter2")]
    [InlineData("Host=h;Password=Hunter2;Port=many")]
    [InlineData("Password=Hunter2;Username=u")]
    public void A_wrong_text_is_refused_without_showing_the_password(string text)
    {
        var error = Assert.Throws<NexusConfigurationException>(() => DatabaseUrl.Parse(text));

        Assert.Equal("Database", error.Setting);
        Assert.StartsWith("Database: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Hunter", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://h/app?colour=red", "colour")]
    [InlineData("postgres://h/app?sslmode=sometimes", "sslmode")]
    [InlineData("postgres://u:Hunter2@h/app?colour=red", "colour")]
    [InlineData("postgres://h/app?sslmode=no-verify", "sslmode=verify-full")]
    [InlineData("postgres://h/app?sslmode=no-verify", "no-verify")]
    [InlineData("Host=h;SSL Mode=no-verify", "SSL Mode")]
    [InlineData("postgres://h:99999/app", "port of host 1")]
    [InlineData("postgres://h1,h2:0/app", "port of host 2")]
    [InlineData("postgres://u:%@h/app", "the password")]
    [InlineData("Host=h;Port=many", "port")]
    public void An_error_names_the_part(string text, string part) =>
        Assert.Contains(part, Assert.Throws<NexusConfigurationException>(() => DatabaseUrl.Parse(text)).Message, StringComparison.OrdinalIgnoreCase);

    /// <summary>NUL is refused everywhere, and half a surrogate pair is no text.</summary>
    private static bool IsText(string text)
    {
        if (text.Contains('\0')) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsSurrogatePair(text, i < text.Length - 1 ? i : i - 1 < 0 ? 0 : i - 1) || char.IsLowSurrogate(text[i])) return false;
            i++;
        }
        return true;
    }
}
