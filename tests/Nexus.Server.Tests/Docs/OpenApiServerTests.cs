using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Docs;

/// <summary>The address in the OpenAPI document is the one that the caller used.</summary>
public sealed class OpenApiServerTests(EmbeddedServer server)
{
    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/openapi/v1-3.0.json")]
    public async Task The_server_is_the_host_of_the_request(string path)
    {
        using var nobody = new ApiClient(server.Server.Url, null);
        var own = (await nobody.GetAsync(path)).Expect(200);
        Assert.Equal(server.Server.Url, own["servers"][0].GetProperty("url").GetString());
        var named = (await nobody.GetAsync(path, ("Host", "bot.example.org:8443"))).Expect(200);
        Assert.Equal("http://bot.example.org:8443", named["servers"][0].GetProperty("url").GetString());
        Assert.NotEqual(own.ETag, named.ETag);
        Assert.Equal("Host", named.Header("Vary"));
    }

    [Theory]
    [InlineData("bot.example.org\"},{\"url\":\"x")]
    [InlineData("a\\u0022b")]
    public async Task A_host_cannot_change_the_rest_of_the_document(string host)
    {
        using var nobody = new ApiClient(server.Server.Url, null);
        var answer = await nobody.GetAsync("/openapi/v1.json", ("Host", host));
        if (answer.Status == 200) Assert.Equal(1, answer["servers"].GetArrayLength());
        else Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task A_trusted_proxy_names_scheme_and_prefix()
    {
        await using var proxied = await RunningServer.StartAsync(
            new SqliteHome(), configureServer: options => options.Dashboard.TrustedProxies.Add("127.0.0.1"));
        using var nobody = new ApiClient(proxied.Url, null);
        var answer = await nobody.GetAsync(
            "/openapi/v1.json", ("Host", "bot.example.org"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/nexus"));
        Assert.Equal("https://bot.example.org/nexus", answer.Expect(200)["servers"][0].GetProperty("url").GetString());
        var named = await nobody.GetAsync("/openapi/v1.json", ("X-Forwarded-Host", "bot.example.org"));
        Assert.Equal("http://bot.example.org", named.Expect(200)["servers"][0].GetProperty("url").GetString());
        // Nobody is trusted by default.
        using var other = new ApiClient(server.Server.Url, null);
        var plain = await other.GetAsync(
            "/openapi/v1.json", ("Host", "bot.example.org"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/nexus"));
        Assert.Equal("http://bot.example.org", plain.Expect(200)["servers"][0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_path_base_is_part_of_the_address()
    {
        await using var proxied = await RunningServer.StartAsync(new SqliteHome(), configureServer: options => options.Dashboard.PathBase = "/nexus");
        using var nobody = new ApiClient(proxied.Url, null);
        foreach (var path in new[] { "/nexus/openapi/v1.json", "/openapi/v1.json" })
            Assert.Equal($"{proxied.Url}/nexus", (await nobody.GetAsync(path)).Expect(200)["servers"][0].GetProperty("url").GetString());
    }
}
