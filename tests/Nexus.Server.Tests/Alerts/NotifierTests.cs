using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Nexus.Operations.Alerts;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Alerts;

public sealed class NotifierTests
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", OldKey = "whsec_AAKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaws";

    [Fact]
    public async Task A_webhook_is_what_the_public_verifier_of_the_specification_accepts()
    {
        await using var receiver = await StandIn.StartAsync();
        var delivery = Delivery();
        Assert.True((await SendAsync(Webhook(receiver.Url, Variable("A", Key)), delivery)).Arrived);

        var (_, headers, body) = Assert.Single(receiver.Requests);
        new StandardWebhooks.StandardWebhook(Key).Verify(body, headers);
        Assert.ThrowsAny<Exception>(() => new StandardWebhooks.StandardWebhook(Key)
            .Verify(body.Replace("trades", "users", StringComparison.Ordinal), headers));
        Assert.ThrowsAny<Exception>(() => new StandardWebhooks.StandardWebhook(OldKey).Verify(body, headers));
        Assert.Equal(delivery.Id, headers["webhook-id"]);
        var json = JsonElement.Parse(body);
        Assert.Equal("alert.firing", json.GetProperty("type").GetString());
        var alert = Assert.Single(json.GetProperty("data").GetProperty("alerts").EnumerateArray());
        Assert.Equal(("NexusDeadRows", "warning", "trades\u202e<b>"),
            (alert.GetProperty("rule").GetString(), alert.GetProperty("severity").GetString(),
            alert.GetProperty("labels").GetProperty("relname").GetString()));
    }

    [Fact]
    public async Task While_secrets_are_exchanged_both_verify()
    {
        await using var receiver = await StandIn.StartAsync();
        await SendAsync(Webhook(receiver.Url, Variable("B1", Key), Variable("B2", OldKey)), Delivery());

        var (_, headers, body) = Assert.Single(receiver.Requests);
        var signatures = headers["webhook-signature"].ToString().Split(' ');
        Assert.Equal(2, signatures.Length);
        foreach (var (key, signature) in new[] { Key, OldKey }.Zip(signatures))
        {
            headers["webhook-signature"] = signature;
            new StandardWebhooks.StandardWebhook(key).Verify(body, headers);
        }
    }

    [Theory]
    [InlineData(410, true, true)]
    [InlineData(302, false, false)]
    [InlineData(404, false, false)]
    [InlineData(500, false, false)]
    [InlineData(429, false, false)]
    public async Task A_webhook_that_does_not_return_2xx_failed(int status, bool isFinal, bool disables)
    {
        await using var receiver = await StandIn.StartAsync();
        receiver.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.RetryAfter = "120";
            http.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };
        var result = await SendAsync(Webhook(receiver.Url, Variable("C", Key)), Delivery());

        Assert.Equal((false, isFinal, disables), (result.Arrived, result.IsFinal, result.Disables));
        Assert.Contains($"{status}", result.Error, StringComparison.Ordinal);
        if (!isFinal) Assert.Equal(TimeSpan.FromSeconds(120), result.RetryAfter);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    public async Task A_webhook_does_not_reach_into_private_networks(string url)
    {
        await using var receiver = await StandIn.StartAsync();
        var inside = string.Format(null, url, new Uri(receiver.Url).Port);
        var result = await SendAsync(Webhook(inside, Variable("D", Key)) with { AllowPrivate = false }, Delivery());

        Assert.False(result.Arrived);
        Assert.Contains("no public address", result.Error, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    public void Addresses_are_told_apart(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddress.IsPublic(System.Net.IPAddress.Parse(address)));

    [Fact]
    public async Task Telegram_gets_plain_text_and_its_errors_are_understood()
    {
        await using var telegram = await StandIn.StartAsync();
        var settings = new TelegramSettings { Name = "t", Chat = "-100123", Token = Variable("E", Token), BaseUrl = new Uri(telegram.Url) };
        telegram.Answer = http =>
            Telegram(http, 200, """{"ok":true,"result":{"message_id":1,"date":1700000000,"chat":{"id":-100123,"type":"supergroup"}}}""");
        Assert.True((await SendAsync(settings, Delivery())).Arrived);
        var (path, _, body) = telegram.Requests.First();
        Assert.Equal($"/bot{Token}/sendMessage", path);
        var message = JsonElement.Parse(body);
        Assert.Contains("NexusDeadRows", message.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", message.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.False(message.TryGetProperty("parse_mode", out _));

        telegram.Requests.Clear();
        telegram.Answer = http =>
            Telegram(http, 429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}""");
        var limited = await SendAsync(settings, Delivery());
        Assert.Equal((false, false, TimeSpan.FromSeconds(7)), (limited.Arrived, limited.IsFinal, limited.RetryAfter));
        // The queue waits and not the client, which would repeat by itself.
        Assert.Single(telegram.Requests);

        foreach (var (status, text) in new[] { (403, "blocked"), (400, "chat does not exist"), (401, "token") })
        {
            telegram.Answer = http => Telegram(http, status, $$"""{"ok":false,"error_code":{{status}},"description":"x"}""");
            var refused = await SendAsync(settings, Delivery());
            Assert.True(refused.IsFinal);
            Assert.Contains(text, refused.Error, StringComparison.Ordinal);
        }
        telegram.Answer = http => Telegram(http, 502, "<html>bad gateway</html>");
        Assert.False((await SendAsync(settings, Delivery())).IsFinal);
    }

    [Fact]
    public async Task No_error_and_no_text_of_settings_shows_a_secret()
    {
        var settings = new TelegramSettings
        {
            Name = "t",
            Chat = "1",
            Token = Variable("F", Token),
            BaseUrl = new Uri(
            $"http://127.0.0.1:{Ports.Free()}")
        };
        var unreachable = await SendAsync(settings, Delivery());
        var wrong = await SendAsync(Webhook("http://127.0.0.1:1/", Variable("G", "not a secret of the form")), Delivery());

        Assert.Contains("cannot be reached", unreachable.Error, StringComparison.Ordinal);
        Assert.Contains("whsec_", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("not a secret", wrong.Error, StringComparison.Ordinal);
        foreach (var text in new[] { unreachable.Error!, settings.ToString() })
            Assert.DoesNotContain(Token.Split(':')[1], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_arrives_with_subject_and_text_and_refusals_are_told_apart()
    {
        await using var server = new MailServer();
        var settings = new SmtpSettings
        {
            Name = "m",
            Host = "127.0.0.1",
            Port = server.Port,
            Security = SmtpSecurity.None,
            From = "nexus@example.com",
            To = ["ops@example.com", "dev@example.com"],
        };
        Assert.True((await SendAsync(settings, Delivery())).Arrived);
        var mail = Assert.Single(server.Mails);
        Assert.Contains("Subject: [WARNING] NexusDeadRows", mail, StringComparison.Ordinal);
        Assert.Contains("To: ops@example.com, dev@example.com", mail, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", mail, StringComparison.Ordinal);

        server.RecipientReply = "550 no such user";
        Assert.True((await SendAsync(settings, Delivery())).IsFinal);
        server.RecipientReply = "451 try later";
        Assert.False((await SendAsync(settings, Delivery())).IsFinal);
        Assert.Contains("STARTTLS", (await SendAsync(settings with { Security = SmtpSecurity.StartTls }, Delivery())).Error,
            StringComparison.Ordinal);
        Assert.Contains("cannot be reached", (await SendAsync(settings with { Port = Ports.Free() }, Delivery())).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Attempts_wait_as_the_specification_says_and_then_give_up()
    {
        var clock = new FakeTimeProvider();
        using var notifiers = new NotifierFactory(NullLogger<LogNotifier>.Instance);
        var sender = new DeliverySender(notifiers, clock, jitter: () => 0);
        var delivery = Delivery();
        var failed = DeliveryResult.Failed("x");

        Assert.Equal(TimeSpan.FromSeconds(5), sender.Next(delivery, failed) - clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(5), sender.Next(delivery with { Attempts = 1 }, failed) - clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(60), sender.Next(delivery, DeliveryResult.Failed("x", TimeSpan.FromSeconds(60))) - clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(24), sender.Next(delivery, DeliveryResult.Failed("x", TimeSpan.FromDays(900))) - clock.GetUtcNow());
        Assert.Null(sender.Next(delivery with { Attempts = 9 }, failed));
        Assert.Null(sender.Next(delivery, DeliveryResult.Refused("x")));
        Assert.Equal(TimeSpan.FromSeconds(6), new DeliverySender(notifiers, clock, jitter: () => 1).Next(delivery, failed) - clock.GetUtcNow());
    }

    private static async Task<DeliveryResult> SendAsync(NotifierSettings settings, Delivery delivery)
    {
        using var notifiers = new NotifierFactory(NullLogger<LogNotifier>.Instance);
        return await new DeliverySender(notifiers, TimeProvider.System).SendAsync(settings, delivery, TestContext.Current.CancellationToken);
    }

    private static Task Telegram(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body);
    }

    private static SecretSource Variable(string name, string value)
    {
        Environment.SetEnvironmentVariable($"NEXUS_TEST_NOTIFIER_{name}", value);
        return new SecretSource(null, $"NEXUS_TEST_NOTIFIER_{name}");
    }

    private static WebhookSettings Webhook(string url, params SecretSource[] secrets) =>
        new() { Name = "w", Url = new Uri(url), Secrets = secrets, AllowPrivate = true };

    private static Delivery Delivery() => new()
    {
        Id = $"msg_{Guid.NewGuid():n}",
        Notifier = "x",
        Kind = NoticeKind.Firing,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        NextAttemptAt = TimeProvider.System.GetUtcNow(),
        Alerts =
        [
            new AlertNotice
            {
                Rule = "NexusDeadRows",
                Severity = AlertSeverity.Warning,
                // A table may have any name.
                Labels = new() { ["relname"] = "trades\u202e<b>" },
                Value = 0.25,
                Unit = "ratio",
                FiredAt = TimeProvider.System.GetUtcNow(),
                Summary = "A table has many dead rows.",
                Remedy = "Check autovacuum.",
            },
        ],
    };
}
