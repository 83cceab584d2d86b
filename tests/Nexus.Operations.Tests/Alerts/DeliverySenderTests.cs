using Microsoft.Extensions.Logging;
using Nexus.Operations.Alerts;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Alerts;

/// <summary>An attempt never throws: the results of the other notifiers of its round would be lost, and what they told be told again.</summary>
public sealed class DeliverySenderTests
{
    [Fact]
    public async Task What_nobody_expected_of_a_notifier_is_a_failed_attempt_that_quotes_nothing()
    {
        Environment.SetEnvironmentVariable("NEXUS_TEST_TELEGRAM_TOKEN", $"123456789:{new string('A', 35)}");
        using var notifiers = new NotifierFactory(new RecordedLogs().CreateLogger<LogNotifier>());
        var sender = new DeliverySender(notifiers, TimeProvider.System);
        // The client of Telegram refuses such a chat with an exception of its own.
        var settings = new TelegramSettings { Name = "bot", Chat = "@", Token = new SecretSource(null, "NEXUS_TEST_TELEGRAM_TOKEN") };
        var now = TimeProvider.System.GetUtcNow();

        var result = await sender.SendAsync(settings, new Delivery
        {
            Id = "msg_1",
            Notifier = "bot",
            Kind = NoticeKind.Test,
            Alerts = [],
            CreatedAt = now,
            NextAttemptAt = now,
        }, TestContext.Current.CancellationToken);

        Assert.False(result.Arrived);
        Assert.Equal("failed unexpectedly (ArgumentException)", result.Error);
    }
}
