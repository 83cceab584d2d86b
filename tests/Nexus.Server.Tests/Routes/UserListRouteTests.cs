using System.Text.Json;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

/// <summary>Users by role, by a part of the name and by the legacy bot's id, and counts.</summary>
public abstract class UserListRouteTests(SharedServer server, bool hasNumbers)
{
    private readonly string _admin = TestChats.Next();
    private readonly string _active = TestChats.Next();
    private readonly string _expired = TestChats.Next();

    [Fact]
    public async Task Users_are_listed_by_role_and_counted()
    {
        var before = await CountAsync();
        await AddAsync();
        var after = await CountAsync();
        Assert.Equal(
            (3, 1, 1, 1),
            (Grown("total"), Grown("admins"), Grown("active"), Grown("expired")));
        Assert.Empty(after["estimated"].EnumerateArray());
        Assert.True(after["sessions"].GetInt64() >= 0 && after["trades"].GetInt64() >= 0);

        var admins = await ListAsync("role=admin");
        Assert.Contains(_admin, admins);
        Assert.DoesNotContain(_active, admins);
        var users = await ListAsync("role=user");
        Assert.Contains(_active, users);
        Assert.Contains(_expired, users);
        Assert.DoesNotContain(_admin, users);
        (await server.Bot.GetAsync("/v1/users?role=owner")).ExpectProblem(400, "invalid", "role");

        long Grown(string name) => Users(after).GetProperty(name).GetInt64() - Users(before).GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task A_user_is_found_by_its_number()
    {
        await AddAsync();
        var id = (await server.Bot.GetAsync($"/v1/users/{_active}")).Expect(200)["id"];
        if (hasNumbers)
        {
            Assert.True(id.GetInt32() >= 1000);
            var found = (await server.Bot.GetAsync($"/v1/users?id={id.GetInt32()}")).Expect(200);
            Assert.Equal(_active, Assert.Single(found["users"].EnumerateArray()).GetProperty("chatId").GetString());
            Assert.Equal(JsonValueKind.Null, found["next"].ValueKind);
            (await server.Admin.PutAsync($"/v1/users/{_active}", $$"""{"name":"Ada","id":{{id.GetInt32() + 1}}}""")).Expect(200);
            Assert.Equal(id.GetInt32(), (await server.Bot.GetAsync($"/v1/users/{_active}")).Expect(200)["id"].GetInt32());
        }
        else
        {
            Assert.Equal(JsonValueKind.Null, id.ValueKind);
        }
        Assert.Equal(0, (await server.Bot.GetAsync("/v1/users?id=7")).Expect(200)["users"].GetArrayLength());
        (await server.Bot.GetAsync("/v1/users?id=x")).ExpectProblem(400, "invalid", "id");
    }

    [Fact]
    public async Task Users_are_listed_by_a_part_of_their_name_in_its_order()
    {
        foreach (var (chat, name) in new[] { (_expired, "Ada love"), (_active, "Bea LOVE"), (_admin, "Cleo Glove") })
            (await server.Admin.PutAsync($"/v1/users/{chat}", $$"""{"name":"{{name}}{{_admin}}","days":30}""")).Expect(201);
        Assert.Equal([_expired, _active, _admin], await ListAsync($"namePart=Love{_admin}"));
        Assert.Equal([_admin], await ListAsync($"namePart=glove{_admin}"));
        Assert.Empty(await ListAsync($"namePart={_admin}x"));
    }

    [Fact]
    public async Task Filters_are_combined()
    {
        foreach (var (chat, name, rest) in new[]
        {
            (_expired, "Eve A", """ "days":9,"groups":{"CRYPTO":true}"""), (_active, "Eve B", """ "days":30,"groups":{"CRYPTO":false}"""),
            (_admin, "Eve C", """ "role":"admin","expiresAt":null"""),
        }) (await server.Admin.PutAsync($"/v1/users/{chat}", $$"""{"name":"{{name}} {{_admin}}",{{rest}}}""")).Expect(201);
        var part = $"namePart={_admin}";
        Assert.Equal([_expired, _active], await ListAsync($"{part}&name=EVE&role=user"));
        Assert.Equal([_expired, _active], await ListAsync($"{part}&endsFrom=2020-01-01T00:00:00Z"));
        Assert.Equal([_expired], await ListAsync($"{part}&endsFrom=2020-01-01T00:00:00Z&name=eve&role=user&group=CRYPTO"));
        Assert.Equal([_expired, _admin], await ListAsync($"{part}&group=CRYPTO"));
        Assert.Equal([_admin], await ListAsync($"{part}&group=CRYPTO&role=admin"));
        Assert.Empty(await ListAsync($"{part}&role=admin&endsBefore=2099-01-01T00:00:00Z"));
        Assert.Empty(await ListAsync($"{part}&group=crypto"));
        if (hasNumbers)
        {
            var id = (await server.Bot.GetAsync($"/v1/users/{_active}")).Expect(200)["id"].GetInt32();
            Assert.Equal([_active], await ListAsync($"{part}&id={id}&role=user"));
            Assert.Empty(await ListAsync($"{part}&id={id}&role=admin"));
        }
        var tooLong = new string('g', 257);
        foreach (var name in new[] { "name", "namePart", "group" })
            (await server.Bot.GetAsync($"/v1/users?role=user&{name}={tooLong}")).ExpectProblem(400, "invalid", name);
        (await server.Bot.GetAsync("/v1/users?name=a&role=user&after=eA")).ExpectProblem(400, "invalid", "after");
    }

    private async Task AddAsync()
    {
        (await server.Admin.PutAsync($"/v1/users/{_admin}", """{"role":"admin","expiresAt":null}""")).Expect(201);
        (await server.Admin.PutAsync($"/v1/users/{_active}", """{"days":30}""")).Expect(201);
        (await server.Admin.PutAsync($"/v1/users/{_expired}", """{"expiresAt":"2020-01-01T00:00:00Z"}""")).Expect(201);
    }

    private async Task<Answer> CountAsync() => (await server.Bot.GetAsync("/v1/counts")).Expect(200);

    private static JsonElement Users(Answer counts) => counts["users"];

    /// <summary>In pages of two, so that each has a cursor.</summary>
    private async Task<List<string>> ListAsync(string filter)
    {
        List<string> chats = [];
        for (var after = ""; ;)
        {
            var page = (await server.Bot.GetAsync($"/v1/users?{filter}&limit=2{after}")).Expect(200);
            chats.AddRange(page["users"].EnumerateArray().Select(user => user.GetProperty("chatId").GetString()!));
            if (page["next"].ValueKind == JsonValueKind.Null) return chats;
            after = $"&after={page["next"].GetString()}";
        }
    }
}

[Collection(nameof(UserListRouteTests))]
public sealed class SqliteUserListRouteTests(EmbeddedServer server) : UserListRouteTests(server, hasNumbers: false);

[Collection(nameof(UserListRouteTests))]
public sealed class PostgresUserListRouteTests(PostgresServer server) : UserListRouteTests(server, hasNumbers: true);
