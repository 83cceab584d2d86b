using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

public abstract class SessionBatchTests(SharedServer server)
{
    private readonly string _one = TestChats.Next(), _two = TestChats.Next();

    [Fact]
    public async Task A_batch_saves_every_member()
    {
        var saved = (await server.Bot.PostAsync("/v1/sessions:batch", Batch(Member(_one), Member(_two)))).Expect(200)["sessions"];
        Assert.Equal([_one, _two], saved.EnumerateArray().Select(member => member.GetProperty("chatId").GetString()!));
        Assert.Equal("s", (await server.Trusted.GetAsync($"/v1/sessions/{_two}"))["apiSecret"].GetString());
    }

    [Fact]
    public async Task A_bare_list_is_a_batch_too()
    {
        (await server.Bot.PostAsync("/v1/sessions:batch", $" [{Member(_one)}]")).Expect(200);
        (await server.Bot.GetAsync($"/v1/sessions/{_one}")).Expect(200);
    }

    [Fact]
    public async Task Two_members_of_one_chat_are_named_and_nothing_is_saved()
    {
        var answer = (await server.Bot.PostAsync("/v1/sessions:batch", Batch(Member(_one), Member(_two), Member(_one))))
            .ExpectProblem(400, "invalid", "sessions[2].chatId");
        Assert.Contains("sessions[0]", answer["detail"].GetString(), StringComparison.Ordinal);
        (await server.Bot.GetAsync($"/v1/sessions/{_one}")).Expect(404);
    }

    [Theory]
    [InlineData("""{"chatId":"x","config":{}}""", "sessions[1].chatId")]
    [InlineData("""{"config":{}}""", "sessions[1].chatId")]
    [InlineData("""{"chatId":"5"}""", "sessions[1].config")]
    [InlineData("""{"chatId":"5","config":[]}""", "sessions[1].config")]
    [InlineData("""{"chatId":"5","config":{},"apikey":"a"}""", "sessions[1].apikey")]
    [InlineData("""{"chatId":"5","config":{"bybit_api_secret":"********"}}""", "sessions[1].config.bybit_api_secret")]
    [InlineData("null", "sessions[1]")]
    public async Task One_bad_member_keeps_all_from_being_saved(string member, string field)
    {
        (await server.Bot.PostAsync("/v1/sessions:batch", Batch(Member(_one), member))).ExpectProblem(400, "invalid", field);
        (await server.Bot.GetAsync($"/v1/sessions/{_one}")).Expect(404);
    }

    [Fact]
    public async Task A_secret_that_a_member_leaves_out_stays()
    {
        await server.Bot.PutAsync($"/v1/sessions/{_one}", """{"apiKey":"kept","apiSecret":"gone","config":{}}""");
        (await server.Bot.PostAsync("/v1/sessions:batch", Batch($$$"""{"chatId":"{{{_one}}}","apiSecret":null,"config":{"a":1}}"""))).Expect(200);
        var session = (await server.Trusted.GetAsync($"/v1/sessions/{_one}")).Json;
        Assert.Equal(("kept", null), (session.GetProperty("apiKey").GetString(), session.GetProperty("apiSecret").GetString()));
    }

    [Fact]
    public async Task More_than_ten_thousand_members_are_refused() =>
        (await server.Bot.PostAsync("/v1/sessions:batch", Batch([.. Enumerable.Range(1, 10_001).Select(i => Member(i.ToString()))])))
            .ExpectProblem(413, "too_large", "sessions");

    private static string Batch(params IEnumerable<string> members) => $$"""{"sessions":[{{string.Join(',', members)}}]}""";

    private static string Member(string chat) => $$$"""{"chatId":"{{{chat}}}","apiKey":"k","apiSecret":"s","config":{"mode":"PILOT"}}""";
}

public sealed class SqliteSessionBatchTests(EmbeddedServer server) : SessionBatchTests(server);

public sealed class PostgresSessionBatchTests(PostgresServer server) : SessionBatchTests(server);
