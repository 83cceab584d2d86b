using System.Text;
using Nexus.Operations.Alerts;

namespace Nexus.Operations.Tests.Alerts;

public sealed class AlertSettingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("{\n \"rules\": {\n  \"NexusDeadRow\": {} } }", "line 3: rules.NexusDeadRow: is unknown; did you mean NexusDeadRows?")]
    [InlineData("{\n \"rules\": { \"NexusDeadRows\": {\n \"for\": \"5 minutes\" } } }",
        "line 3: rules.NexusDeadRows.for: must be a duration such as 30s")]
    [InlineData("{ \"rules\": { \"NexusDeadRows\": { \"threshold\": \"high\" } } }", "line 1: rules.NexusDeadRows.threshold: must be a number")]
    [InlineData("{ \"rules\": { \"NexusDeadRows\": { \"threshold\": 0.2, \"clear\": 0.5 } } }", "clear: must not be above the threshold")]
    [InlineData("{ \"rules\": { \"NexusDeadRows\": {},\n \"NexusDeadRows\": {} } }", "line 2: rules.NexusDeadRows: is given twice")]
    [InlineData("{\n\n \"custom\": [{ \"name\": \"A\", \"metric\": \"nexus_queue_pendin\", \"above\": 1, \"summary\": \"x\" }] }",
        "line 3: custom[0].metric: is not a metric of Nexus; did you mean nexus_queue_pending?")]
    [InlineData("{ \"custom\": [{ \"name\": \"NexusDeadRows\", \"metric\": \"nexus_queue_pending\", \"above\": 1, \"summary\": \"x\" }] }",
        "custom[0].name: is the name of another rule")]
    [InlineData("{ \"custom\": [{ \"name\": \"A\", \"metric\": \"nexus_queue_pending\", \"above\": 1, \"below\": 1, \"summary\": \"x\" }] }",
        "but not both")]
    [InlineData("{ \"custom\": [{ \"name\": \"A b\", \"metric\": \"nexus_queue_pending\", \"above\": 1, \"summary\": \"x\" }] }",
        "custom[0].name: must begin")]
    [InlineData("{ \"custom\": [{ \"name\": \"A\", \"metric\": \"nexus_queue_pending\", \"rate\": \"2h\", \"above\": 1, \"summary\": \"x\" }] }",
        "rate: must be a")]
    [InlineData("{ \"custom\": [{ \"name\": \"A\", \"metric\": \"nexus_queue_pending\", \"by\": [\"x}\"], \"above\": 1, \"summary\": \"x\" }] }",
        "by: must be label")]
    [InlineData("{ \"custom\": [{ \"name\": \"A\", \"metric\": \"nexus_queue_pending\", \"labels\": {\n\"relnam\": \"x\" }, "
        + "\"above\": 1, \"summary\": \"x\" }] }",
        "line 2: custom[0].labels.relnam: is not a label of this metric")]
    [InlineData("{ \"custom\": [{ \"name\": \"A\", \"metric\": \"nexus_queue_pending\", \"by\": [\"relname\"], \"above\": 1, \"summary\": \"x\" }] }",
        "custom[0].by: relname is not a label of nexus_queue_pending")]
    [InlineData("{ \"grouping\": { \"by\": [\"severety\"] } }", "grouping.by: must be severity, rule or a label of the metrics")]
    [InlineData("{ \"quietHours\": [{ \"from\": \"23:00\", \"to\": \"07:00\", \"timeZone\": \"UTC\", \"days\": [] }] }", "days: must not be empty")]
    [InlineData("{ \"quietHours\": [{ \"from\": \"23:00\", \"to\": \"07:00\", \"timeZone\": \"Europe/Madird\" }] }", "timeZone: is not a time zone")]
    [InlineData("{ \"quietHours\": [{ \"from\": \"25:00\", \"to\": \"07:00\", \"timeZone\": \"UTC\" }] }", "from: must be a time of the day")]
    [InlineData("{ \"routes\": [{ \"notifiers\": [\"ops\"] }] }", "routes[0].notifiers: there is no notifier of this name", "[0]")]
    [InlineData("{ \"routes\": [{ \"rule\": \"Nexus?\", \"notifiers\": [] }] }", "rule: matches no rule")]
    [InlineData("{ \"silences\": [{ \"rule\": \"Nexus*\", \"until\": \"2026-02-01\", \"reason\": \"x\" }] }",
        "until: must be an instant with its offset")]
    [InlineData("{ \"silences\": [{ \"rule\": \"Nexus*\", \"until\": \"2026-02-01T00:00:00Z\" }] }", "reason: is required")]
    [InlineData("{ \"silences\": [{ \"rule\": \"Nexus*\", \"until\": \"2027-02-01T00:00:00Z\", \"reason\": \"x\" }] }",
        "until: must be at most 90 days")]
    [InlineData("{ \"notifiers\": { \"a\": { \"type\": \"pager\" } } }", "notifiers.a.type: must be webhook, telegram, smtp or log")]
    [InlineData("{ \"notifiers\": { \"a\": { \"type\": \"webhook\", \"url\": \"http://example.com\", \"secretVariable\": \"PATH\" } } }",
        "url: must be a URL with https")]
    [InlineData("{ \"notifiers\": { \"a\": { \"type\": \"webhook\", \"url\": \"https://example.com\", \"secret\": \"whsec_x\" } } }",
        "secret: is unknown")]
    [InlineData("{ \"notifiers\": { \"a\": { \"type\": \"telegram\", \"chat\": \"1\", \"tokenVariable\": \"NOT_SET_ANYWHERE\" } } }",
        "names a variable that is not set")]
    [InlineData("{ \"notifiers\": { \"a\": { \"type\": \"telegram\", \"chat\": \"@\", \"tokenVariable\": \"PATH\" } } }", "chat: must be a chat id")]
    [InlineData("{ \"notifiers\": { \"a\": { \"type\": \"telegram\", \"chat\": \"x y\", \"tokenVariable\": \"PATH\" } } }",
        "chat: must be a chat id")]
    [InlineData("{ \"notifiers\": { \"a\": { \"type\": \"smtp\", \"host\": \"mail.example.com\", \"security\": \"none\", \"from\": \"a@b.c\", "
        + "\"to\": [\"a@b.c\"] } } }",
        "security: must be tls or starttls")]
    [InlineData("{ \"notifiers\": { \"a\": { \"type\": \"smtp\", \"host\": \"localhost\", \"from\": \"a@b.c\\r\\nBcc: x@y.z\", \"to\": [\"a@b.c\"] } "
        + "} }", "from: must be an address")]
    [InlineData("{ \"repeat\": \"0s\" }", "repeat: must be a duration such as 30s, 5m, 4h or 8d, from 1m to 30d")]
    [InlineData("{ \"repeat\": \"99999999999d\" }", "repeat: must be a duration")]
    [InlineData("{ \"unknown\": 1 }", "unknown: is unknown")]
    [InlineData("{\n \"rules\": {\n }", "line 3: is not JSON")]
    [InlineData("[]", "line 1: must be an object")]
    [InlineData("", "line 1: is not JSON")]
    public void Each_mistake_is_named_with_its_line_and_field(string json, string expected, string? orElse = null)
    {
        var error = Assert.Throws<AlertSettingsException>(() => AlertSettingsReader.Parse(Encoding.UTF8.GetBytes(json), Now));

        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal)
            || (orElse is not null && error.Message.Replace(orElse, "", StringComparison.Ordinal).Contains(
                expected.Replace(orElse, "", StringComparison.Ordinal), StringComparison.Ordinal)), error.Message);
    }

    [Fact]
    public void Every_mistake_is_listed_in_the_order_of_the_lines()
    {
        var error = Assert.Throws<AlertSettingsException>(() => AlertSettingsReader.Parse(
            "{ \"repeat\": 4,\n \"rules\": { \"X\": {} },\n \"grouping\": { \"wait\": \"1y\" } }"u8, Now));

        Assert.Equal([1, 2, 3], error.Problems.Select(problem => problem.Line));
    }

    [Fact]
    public void A_whole_file_is_read()
    {
        Environment.SetEnvironmentVariable("NEXUS_TEST_ALERT_SECRET", "x");
        var settings = AlertSettingsReader.Parse("""
            {
              // Comments and trailing commas are allowed.
              "repeat": "2h",
              "grouping": { "by": ["rule"], "wait": "30s" },
              "rules": {
                "NexusConnectionsHigh": { "threshold": 0.6, "clear": 0.5, "for": "5m", "severity": "critical" },
                "NexusDeadRows": { "enabled": false },
              },
              "custom": [{
                "name": "QueueBusy", "metric": "nexus_queue_pending", "above": 100, "clear": 50, "for": "1m", "summary": "The queue is busy."
              }],
              "quietHours": [{ "from": "23:00", "to": "07:00", "timeZone": "Europe/Madrid" }],
              "routes": [
                { "severity": "critical", "notifiers": ["hook", "log"] }, { "rule": "NexusBackup*", "notifiers": [] }, { "notifiers": "log" }
              ],
              "silences": [{ "rule": "NexusReplicationLag", "labels": { "x": "y" }, "until": "2026-02-01T00:00:00+01:00", "reason": "a move" }],
              "notifiers": {
                "log": { "type": "log" },
                "hook": { "type": "webhook", "url": "https://example.com/x", "secretVariable": "NEXUS_TEST_ALERT_SECRET" },
                "bot": { "type": "telegram", "chat": "-100123", "tokenVariable": "NEXUS_TEST_ALERT_SECRET" },
                "mail": { "type": "smtp", "host": "mail.example.com", "from": "nexus@example.com", "to": ["ops@example.com"],
                  "user": "nexus", "passwordVariable": "NEXUS_TEST_ALERT_SECRET" },
              },
            }
            """u8, Now);

        Assert.Equal(RuleCatalogue.All.Count, settings.Rules.Count);
        var changed = settings.Rules.Single(rule => rule.Name == "NexusConnectionsHigh");
        Assert.Equal((0.6, 0.5, TimeSpan.FromMinutes(5), AlertSeverity.Critical),
            (changed.Threshold, changed.ClearThreshold, changed.For, changed.Severity));
        Assert.DoesNotContain(settings.Rules, rule => rule.Name == "NexusDeadRows");
        Assert.Equal(587, Assert.IsType<SmtpSettings>(settings.Notifiers[3]).Port);
        Assert.Equal(["hook", "log"], settings.NotifiersOf(Alert("X", AlertSeverity.Critical)));
        Assert.Empty(settings.NotifiersOf(Alert("NexusBackupOld", AlertSeverity.Warning)));
        Assert.Equal(["log"], settings.NotifiersOf(Alert("X", AlertSeverity.Warning)));
        Assert.True(settings.Silences[0].Matches("NexusReplicationLag", _ => "y", Now));
        // Summer time: 23:30 in Madrid is 21:30 UTC in July and 22:30 UTC in January.
        Assert.True(settings.IsQuiet(AlertSeverity.Warning, new DateTimeOffset(2026, 7, 1, 21, 30, 0, TimeSpan.Zero)));
        Assert.False(settings.IsQuiet(AlertSeverity.Warning, new DateTimeOffset(2026, 1, 1, 21, 30, 0, TimeSpan.Zero)));
        Assert.True(settings.IsQuiet(AlertSeverity.Warning, new DateTimeOffset(2026, 1, 2, 5, 59, 0, TimeSpan.Zero)));
        Assert.False(settings.IsQuiet(AlertSeverity.Warning, new DateTimeOffset(2026, 1, 2, 6, 0, 0, TimeSpan.Zero)));
        Assert.False(settings.IsQuiet(AlertSeverity.Critical, new DateTimeOffset(2026, 1, 1, 23, 30, 0, TimeSpan.Zero)));
    }

    private static TrackedAlert Alert(string rule, AlertSeverity severity) => new()
    {
        Rule = rule,
        Severity = severity,
        Labels = [],
        State = AlertState.Firing,
        Value = 1,
        ActiveAt = Now,
    };
}
