using Nexus.Dashboard.Tests.Kit;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.Tasks;

namespace Nexus.Dashboard.Tests;

/// <summary>Who sees and changes what: sign-in, cookie, scopes, form tokens.</summary>
public sealed class AccessTests(DashboardServer server)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        + "base-uri 'self'; frame-ancestors 'none'";

    private static readonly string[] Pages =
        ["/", "/sessions", "/sessions/1001", "/subscribers", "/subscribers/1001", "/subscribers/1001/forget", "/new-subscriber", "/bot-state",
            "/trades", "/trades/performance",
            "/tasks", $"/tasks/{DashboardServer.TaskId}", "/outbox", "/alerts", "/queries", "/database", "/api-keys"];

    [Fact]
    public async Task Nothing_is_shown_before_the_sign_in()
    {
        using var visitor = new HttpVisitor(server.Url);
        foreach (var path in Pages)
        {
            var reply = await visitor.GetAsync(path);
            Assert.Equal(302, reply.Status);
            Assert.StartsWith("/sign-in", reply.Location, StringComparison.Ordinal);
        }
        Assert.Equal(401, (await visitor.GetAsync("/live")).Status);
    }

    [Fact]
    public async Task The_API_without_a_key_is_as_before()
    {
        using var anybody = new ApiClient(server.Url, key: null);
        (await anybody.GetAsync("/v1/sessions")).ExpectProblem(401, "unauthorized");
        (await anybody.GetAsync("/nowhere")).ExpectProblem(404, "not_found");
        (await anybody.GetAsync("/health/live")).Expect(200);
    }

    [Fact]
    public async Task A_cookie_does_not_open_the_API()
    {
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Server.AdminKey);
        Assert.Equal(401, (await visitor.GetAsync("/v1/sessions")).Status);
    }

    [Fact]
    public async Task The_sign_in_returns_to_the_page_and_its_cookie_is_for_this_server_alone()
    {
        using var visitor = new HttpVisitor(server.Url);
        var form = await visitor.GetAsync("/sign-in?return=%2Fsessions%3Fmode%3DPILOT");

        var reply = await visitor.PostAsync(
            "/sign-in", ("form_token", form.Token), ("secret_key", server.Viewer.Key!), ("return", "/sessions?mode=PILOT"));

        Assert.Equal((303, "/sessions?mode=PILOT"), (reply.Expect(303).Status, reply.Location));
        var cookie = reply.Headers["Set-Cookie"];
        Assert.Contains("nexus_session=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(server.Viewer.Key!, cookie, StringComparison.Ordinal);
        Assert.Equal(200, (await visitor.GetAsync("/sessions?mode=PILOT")).Status);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: x=1")]
    public async Task The_sign_in_leads_to_no_other_site(string target)
    {
        using var visitor = new HttpVisitor(server.Url);
        var reply = await visitor.SendAsync("/sign-in", "/sign-in", ("secret_key", server.Viewer.Key!), ("return", target));
        Assert.Equal("/", reply.Expect(303).Location);
    }

    [Fact]
    public async Task Every_response_has_the_strict_policy_and_no_page_has_inline_styles_or_scripts()
    {
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Server.AdminKey);
        foreach (var path in Pages)
        {
            var reply = (await visitor.GetAsync(path)).Expect(200);
            Assert.Equal(Policy, reply.Headers["Content-Security-Policy"]);
            Assert.Equal("no-store", reply.Headers["Cache-Control"]);
            // What stands in quotes is text.
            var tags = System.Text.RegularExpressions.Regex.Replace(reply.Text, "\"[^\"]*\"", "\"\"");
            Assert.DoesNotContain("<style", tags, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch(@"<[^>]+\s(style|on\w+)\s*=", tags);
            Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)", tags);
        }
    }

    [Fact]
    public async Task A_revoked_key_ends_its_sign_ins()
    {
        using var caller = await server.Server.CallerAsync("viewer");
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(caller.Key!);
        Assert.Equal(200, (await visitor.GetAsync("/")).Status);

        (await server.Server.Admin.DeleteAsync($"/v1/api-keys/{caller.KeyId}")).Expect(204);

        Assert.Equal(302, (await visitor.GetAsync("/")).Status);
        Assert.Equal(401, (await visitor.GetAsync("/live")).Status);
    }

    [Fact]
    public async Task A_changed_cookie_is_no_sign_in()
    {
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Viewer.Key!);
        var cookie = visitor.Cookies.GetCookies(new Uri(server.Url))["nexus_session"]!;
        var parts = cookie.Value.Split('.');
        foreach (var forged in new[]
        {
            string.Join('.', [parts[0], "admin", .. parts[2..]]),
            string.Join('.', [.. parts[..4], (long.Parse(parts[4]) + 3600).ToString(), parts[5]]),
            cookie.Value[..^1] + (cookie.Value[^1] == 'A' ? 'E' : 'A'),
            string.Join('.', parts[..5]),
            "", ".....",
        })
        {
            cookie.Value = forged;
            Assert.Equal(302, (await visitor.GetAsync("/")).Status);
        }
    }

    [Fact]
    public async Task A_viewer_sees_the_pages_and_changes_nothing()
    {
        var chat = await server.NewChatAsync();
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Viewer.Key!);
        var page = (await visitor.GetAsync($"/sessions/{chat}")).Expect(200);
        Assert.DoesNotContain("<textarea", page.Text, StringComparison.Ordinal);
        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ($"/sessions/{chat}/config", [("config", "{}"), ("base", "{}"), ("version", "1"), ("step", "save")]),
            ($"/sessions/{chat}/secrets", [("secret_api_key", "x"), ("version", "1")]),
            ($"/sessions/{chat}/lock-down", [("version", "1")]),
            ($"/sessions/{chat}/delete", [("version", "1"), ("confirm", chat)]),
            ($"/subscribers/{chat}", [("version", "1"), ("name", "x")]),
            ($"/subscribers/{chat}/extend", [("days", "5")]),
            ($"/subscribers/{chat}/remove", [("version", "1"), ("confirm", chat)]),
            ("/new-subscriber", [("chat", "1"), ("end", "never")]),
            ("/bot-state", [("kind", "strategy"), ("name", "TREND"), ("on", "false")]),
            ($"/tasks/{DashboardServer.TaskId}/switch", [("active", "false"), ("version", "1")]),
            ($"/tasks/{DashboardServer.TaskId}/run", []),
            ($"/tasks/{DashboardServer.TaskId}/delete", [("version", "1")]),
            ("/api-keys", [("name", "x"), ("scope_admin", "1")]),
        })
        {
            Assert.Equal(403, (await visitor.SendAsync("/", path, fields)).Status);
        }
        Assert.Equal(403, (await visitor.GetAsync("/api-keys")).Status);
        Assert.Equal(1, (await server.Db.Sessions.GetAsync(long.Parse(chat)))!.Version);
        Assert.Equal(1, (await server.Db.Users.GetAsync(long.Parse(chat)))!.Version);
    }

    [Fact]
    public async Task Only_an_administrator_erases_a_chat()
    {
        foreach (var scope in new[] { "viewer", "bot" })
        {
            using var caller = await server.Server.CallerAsync(scope);
            using var visitor = new HttpVisitor(server.Url);
            await visitor.SignInAsync(caller.Key!);
            Assert.Equal(403, (await visitor.GetAsync("/subscribers/1001/forget")).Status);
            Assert.Equal(403, (await visitor.SendAsync("/sessions", "/subscribers/1001/forget", ("confirm", "1001"))).Status);
        }
        Assert.NotNull(await server.Db.Sessions.GetAsync(1001));
    }

    [Fact]
    public async Task A_bot_changes_sessions_and_no_subscribers_or_keys()
    {
        var chat = await server.NewChatAsync();
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Bot.Key!);
        (await visitor.SendAsync("/", $"/sessions/{chat}/lock-down", ("version", "1"))).Expect(303);
        (await visitor.SendAsync("/", $"/subscribers/{chat}/extend", ("days", "5"))).Expect(403);
        (await visitor.SendAsync("/", "/api-keys", ("name", "x"), ("scope_bot", "1"))).Expect(403);
    }

    [Fact]
    public async Task A_bot_pauses_resumes_runs_and_deletes_a_task_and_an_older_page_changes_nothing()
    {
        var chat = await server.NewChatAsync();
        var task = await server.Db.Tasks.CreateAsync(
            new NewTask { ChatId = long.Parse(chat), Action = "report", Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)) });
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Bot.Key!);
        var path = $"/tasks/{task.Id}";

        (await visitor.SendAsync(path, $"{path}/switch", ("active", "false"), ("version", "1"))).Expect(303);
        Assert.False((await server.Db.Tasks.GetAsync(task.Id))!.IsActive);
        Assert.NotEqual(303, (await visitor.SendAsync(path, $"{path}/run")).Status);
        Assert.NotEqual(303, (await visitor.SendAsync(path, $"{path}/switch", ("active", "true"), ("version", "1"))).Status);
        (await visitor.SendAsync(path, $"{path}/switch", ("active", "true"), ("version", "2"))).Expect(303);
        (await visitor.SendAsync(path, $"{path}/run")).Expect(303);
        Assert.True((await server.Db.Tasks.GetAsync(task.Id))!.NextRun <= await server.Db.GetTimeAsync());
        Assert.Contains(path, (await visitor.GetAsync($"/tasks?chat={chat}&state=active&action=report")).Expect(200).Text, StringComparison.Ordinal);
        (await visitor.SendAsync(path, $"{path}/delete", ("version", "4"))).Expect(303);
        Assert.Null(await server.Db.Tasks.GetAsync(task.Id));
        (await visitor.GetAsync(path)).Expect(404);
    }

    [Fact]
    public async Task A_key_without_a_scope_for_the_dashboard_cannot_sign_in()
    {
        using var metrics = await server.Server.CallerAsync("metrics");
        using var visitor = new HttpVisitor(server.Url);
        Assert.Contains("none of the scopes", (await visitor.SignInAsync(metrics.Key!)).Expect(403).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await visitor.GetAsync("/")).Status);
    }

    [Fact]
    public async Task A_form_with_a_stale_token_does_nothing_and_keeps_what_was_typed_but_no_secret()
    {
        var chat = await server.NewChatAsync();
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Server.AdminKey);
        foreach (var token in new[] { "", "1.x", "1." + new string('A', 43), (await visitor.GetAsync("/")).Token[..^2] + "AA" })
        {
            var reply = await visitor.PostAsync(
                $"/sessions/{chat}/secrets", ("form_token", token), ("version", "1"), ("note", "typed <b>here</b>"), ("secret_api_key", "hush-hush"));
            Assert.Contains("This form has expired", reply.Expect(400).Text, StringComparison.Ordinal);
            Assert.Contains("typed &lt;b&gt;here&lt;/b&gt;", reply.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("hush-hush", reply.Text, StringComparison.Ordinal);
        }
        Assert.Equal(1, (await server.Db.Sessions.GetAsync(long.Parse(chat)))!.Version);
    }

    [Fact]
    public async Task The_token_of_another_sign_in_is_stale()
    {
        using var one = new HttpVisitor(server.Url);
        using var other = new HttpVisitor(server.Url);
        await one.SignInAsync(server.Server.AdminKey);
        await other.SignInAsync(server.Server.AdminKey);
        var token = (await other.GetAsync("/bot-state")).Token;
        (await one.PostAsync("/bot-state", ("form_token", token), ("kind", "ai_filter"), ("name", "x"), ("on", "false"))).Expect(400);
    }

    [Fact]
    public async Task A_form_after_the_end_of_the_sign_in_keeps_what_was_typed()
    {
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Server.AdminKey);
        var token = (await visitor.GetAsync("/new-subscriber")).Token;
        (await visitor.SendAsync("/", "/sign-out")).Expect(303);
        var reply = await visitor.PostAsync("/new-subscriber", ("form_token", token), ("name", "Grace Hopper"), ("chat", "777"));
        Assert.Contains("Grace Hopper", reply.Expect(401).Text, StringComparison.Ordinal);
        Assert.Null(await server.Db.Users.GetAsync(777));
    }

    [Fact]
    public async Task A_form_that_another_site_sends_is_refused()
    {
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Server.AdminKey);
        var token = (await visitor.GetAsync("/bot-state")).Token;
        visitor.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        (await visitor.PostAsync("/bot-state", ("form_token", token), ("kind", "ai_filter"), ("name", "x"), ("on", "false"))).Expect(400);
    }

    [Fact]
    public async Task Failed_sign_ins_slow_down_by_address()
    {
        await using var own = await RunningServer.StartAsync(
            new SqliteHome(), configureServer: options => options.Dashboard.TrustedProxies.Add("127.0.0.1"));
        using var attacker = new HttpVisitor(own.Url, "203.0.113.7");
        using var other = new HttpVisitor(own.Url, "203.0.113.8");
        var statuses = new List<int>();
        for (var i = 0; i < 8; i++) statuses.Add((await attacker.SignInAsync($"nxk_guess{i}")).Status);

        Assert.Equal([401, 401, 401, 401, 401], statuses[..5]);
        Assert.Contains(429, statuses);
        Assert.True(int.Parse((await attacker.SignInAsync(own.AdminKey)).Expect(429).Headers["Retry-After"]) >= 1);
        (await other.SignInAsync(own.AdminKey)).Expect(303);
    }

    [Fact]
    public async Task Behind_a_path_prefix_every_address_has_it()
    {
        await using var own = await RunningServer.StartAsync(new SqliteHome(), configureServer: options => options.Dashboard.PathBase = "/nexus");
        using var visitor = new HttpVisitor(own.Url);
        Assert.Equal("/nexus/sign-in", (await visitor.GetAsync("/nexus/")).Location);
        Assert.Equal("/nexus/", (await visitor.SignInAsync(own.AdminKey, "/nexus")).Expect(303).Location);
        var page = (await visitor.GetAsync("/nexus/")).Expect(200);
        var links = System.Text.RegularExpressions.Regex.Matches(page.Text, "(?:href|src|action|data-live-url)=\"([^\"#]+)")
            .Select(match => match.Groups[1].Value).ToList();
        Assert.All(links, link => Assert.StartsWith("/nexus/", link, StringComparison.Ordinal));
        foreach (var link in links.Where(link => link.Contains("/assets/", StringComparison.Ordinal)).Distinct())
            Assert.True((await visitor.GetAsync(link)).Expect(200).Text.Length > 300, link);
        // A proxy that removes the prefix sends the rest alone.
        Assert.Equal("/nexus/sign-in", (await new HttpVisitor(own.Url).GetAsync("/")).Location);
    }

    [Fact]
    public async Task A_trusted_proxy_names_the_prefix_and_the_scheme()
    {
        await using var own = await RunningServer.StartAsync(
            new SqliteHome(), configureServer: options => options.Dashboard.TrustedProxies.Add("127.0.0.0/8"));
        using var visitor = new HttpVisitor(own.Url);
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/ops");
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        var reply = await visitor.GetAsync("/sign-in");
        Assert.Contains("action=\"/ops/sign-in\"", reply.Text, StringComparison.Ordinal);
        Assert.Contains("secure", reply.Headers["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/ops", reply.Headers["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_a_trusted_proxy_nobody_s_headers_count()
    {
        using var visitor = new HttpVisitor(server.Url, "203.0.113.7");
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/evil");
        Assert.Contains("action=\"/sign-in\"", (await visitor.GetAsync("/sign-in")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_can_be_left_out()
    {
        await using var own = await RunningServer.StartAsync(new SqliteHome(), configureServer: options => options.Dashboard.Enabled = false);
        using var anybody = new ApiClient(own.Url, key: null);
        (await anybody.GetAsync("/")).ExpectProblem(404, "not_found");
        (await anybody.GetAsync("/sign-in")).ExpectProblem(404, "not_found");
    }

    [Fact]
    public async Task Files_are_kept_by_the_browser_and_complete()
    {
        using var visitor = new HttpVisitor(server.Url);
        foreach (var name in Nexus.Server.Dashboard.AssetFiles.Names)
        {
            var reply = (await visitor.GetAsync(Nexus.Server.Dashboard.AssetFiles.PathOf(name))).Expect(200);
            Assert.Contains("immutable", reply.Headers["Cache-Control"], StringComparison.Ordinal);
            Assert.Equal(reply.Headers["Content-Length"], System.Text.Encoding.UTF8.GetByteCount(reply.Text).ToString());
            Assert.True(reply.Text.Length > 300, name);
        }
        (await visitor.GetAsync("/assets/0/other.css")).Expect(404);
    }
}
