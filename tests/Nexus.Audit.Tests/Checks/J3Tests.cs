namespace Nexus.Audit.Tests.Checks;

public sealed class J3Tests
{
    [Theory]
    [InlineData("CREATE TABLE trades (id serial PRIMARY KEY); SELECT setval('trades_id_seq', 2000000000)", AuditSeverity.Critical)]
    [InlineData("CREATE TABLE trades (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); SELECT setval('trades_id_seq', 1600000000)",
        AuditSeverity.High)]
    [InlineData("CREATE TABLE trades (id smallserial PRIMARY KEY); SELECT setval('trades_id_seq', 20000)", AuditSeverity.Medium)]
    [InlineData("CREATE SEQUENCE own; CREATE TABLE trades (id int PRIMARY KEY DEFAULT nextval('own')); SELECT setval('own', 2000000000)",
        AuditSeverity.Critical)]
    public async Task A_sequence_near_its_end_is_found_and_its_fix_helps(string sql, object severity)
    {
        await using var audited = await AuditCase.CreateAsync(sql);
        var finding = (await audited.CheckAsync("J3")).ExpectFinding((AuditSeverity)severity, "public.trades.id");
        foreach (var statement in finding.Fix.Sql) await audited.Database.ExecuteAsync(statement);
        (await audited.CheckAsync("J3")).ExpectOk();
    }

    [Theory]
    [InlineData("CREATE TABLE subscribers (id bigserial PRIMARY KEY, chat_id int NOT NULL)", "chat_id")]
    [InlineData("CREATE TABLE subscribers (id bigserial PRIMARY KEY, user_id integer)", "user_id")]
    [InlineData("CREATE TABLE users (id bigserial PRIMARY KEY); CREATE TABLE subscribers (chat_id int PRIMARY KEY)", "chat_id")]
    [InlineData("CREATE TABLE users (id serial PRIMARY KEY, user_id bigint); CREATE TABLE subscribers (user_id int PRIMARY KEY)", "user_id")]
    [InlineData("CREATE TABLE chats (id serial PRIMARY KEY, chat_id bigint); CREATE TABLE subscribers (chat_id int PRIMARY KEY)", "chat_id")]
    public async Task A_Telegram_id_in_32_bits_is_critical(string sql, string column)
    {
        await using var audited = await AuditCase.CreateAsync(sql);
        var finding = (await audited.CheckAsync("J3")).ExpectFinding(AuditSeverity.Critical, $"public.subscribers.{column}");
        foreach (var statement in finding.Fix.Sql) await audited.Database.ExecuteAsync(statement);
        (await audited.CheckAsync("J3")).ExpectOk();
    }

    [Theory]
    [InlineData("CREATE TABLE lookup (id serial PRIMARY KEY, name text); INSERT INTO lookup (name) SELECT 'n' FROM generate_series(1, 100)")]
    [InlineData("CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int REFERENCES users)")]
    [InlineData("CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int)")]
    [InlineData("CREATE TABLE accounts_user (id serial PRIMARY KEY); CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int)")]
    [InlineData("CREATE TABLE \"AppUsers\" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE TABLE events (id bigserial, user_id int)")]
    [InlineData("CREATE TABLE chats (id serial PRIMARY KEY); CREATE TABLE messages (id bigserial PRIMARY KEY, chat_id int)")]
    [InlineData("CREATE TABLE subscribers (chat_id bigint PRIMARY KEY, telegram_id text)")]
    [InlineData("CREATE TABLE rounds (id int PRIMARY KEY); CREATE SEQUENCE wraps MAXVALUE 100 CYCLE OWNED BY rounds.id; SELECT setval('wraps', 99)")]
    [InlineData("CREATE TABLE trades (id bigserial PRIMARY KEY); SELECT setval('trades_id_seq', 3000000000)")]
    public async Task Others_are_fine(string sql)
    {
        await using var audited = await AuditCase.CreateAsync(sql);
        (await audited.CheckAsync("J3")).ExpectOk();
    }

    [Fact]
    public async Task A_sequence_that_may_not_be_read_is_told()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE trades (id serial PRIMARY KEY)");
        var user = await audited.CreateRoleAsync();
        var result = await audited.CheckAsync("J3", user: user);
        result.ExpectSkipped("GRANT SELECT ON SEQUENCE");
        await audited.Database.ExecuteAsync(result.NotSeen[0].Grant!);
        (await audited.CheckAsync("J3", user: user)).ExpectOk();
    }
}
