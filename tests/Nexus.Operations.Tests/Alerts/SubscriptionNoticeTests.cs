using Nexus.Operations.Tests.Monitoring;
using Nexus.TestKit;
using Nexus.Users;

namespace Nexus.Operations.Tests.Alerts;

/// <summary>Notices about subscriptions through the notifiers of the alerts.</summary>
public sealed class SubscriptionNoticeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notice_reaches_its_notifier_once_across_restarts()
    {
        using var receiver = new WebhookReceiver();
        using var program = new NexusProgram();
        program.Environment["ALERT_SECRET"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        await using (var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = program.Data }, cancellationToken: Token))
        {
            var end = (await db.GetTimeAsync(Token)).AddDays(2);
            await db.Users.SaveAsync(1001, new UserChange { ExpiresAt = end, TimeZone = "Europe/Madrid" }, cancellationToken: Token);
        }
        await File.WriteAllTextAsync(Path.Combine(program.Data, "alerts.json"), $$"""
            {
                "notifiers": { "hook": { "type": "webhook", "url": "{{receiver.Url}}", "secretVariable": "ALERT_SECRET", "allowPrivate": true } },
                "subscriptions": { "notifiers": ["hook"] }
            }
            """, Token);

        for (var start = 0; start < 2; start++)
        {
            Assert.Equal(0, (await program.RunAsync("maintain", "--once", "subscriptions")).ExitCode);
            var (process, _) = await program.ServeAsync("--monitor-interval", "1s");
            await using (process)
            {
                await Eventually.TrueAsync(() => Notices().Count > 0);
                if (start == 1) await Task.Delay(TimeSpan.FromSeconds(3), Token);
            }
        }

        var notice = Assert.Single(Notices()).GetProperty("data");
        Assert.Contains("Europe/Madrid, within 3 days", notice.GetProperty("subject").GetString(), StringComparison.Ordinal);
        var subscription = Assert.Single(notice.GetProperty("subscriptions").EnumerateArray());
        Assert.Equal(("1001", 3), (subscription.GetProperty("chatId").GetString(), subscription.GetProperty("days").GetInt32()));
        Assert.Equal(
            subscription.GetProperty("endsAt").GetDateTimeOffset(), subscription.GetProperty("localEnd").GetDateTimeOffset());

        List<System.Text.Json.JsonElement> Notices() =>
            [.. receiver.Received.Select(message => message.Body).Where(body => body.GetProperty("type").GetString() == "subscription.ending")];
    }
}
