using System.CommandLine;
using Nexus.Errors;
using Nexus.Operations.Maintenance;

namespace Nexus.Cli.Terminal;

/// <summary>The options about subscriptions that end.</summary>
internal sealed class SubscriptionSettings
{
    private readonly Option<IReadOnlyList<int>?> _days = new("--notice-days")
    {
        Description = "How many days before the end of a subscription there is a notice, such as 7,3,1, or none. Default: 7,3,1.",
        HelpName = "DAYS",
        CustomParser = result =>
        {
            try
            {
                return SubscriptionOptions.ParseDays("--notice-days", result.Tokens[0].Value);
            }
            catch (NexusValidationException error)
            {
                result.AddError(error.Message);
                return null;
            }
        },
    };

    private readonly Option<bool> _keepExpired = new("--keep-expired-sessions")
    {
        Description = "Leave the sessions of expired subscribers as they are. By default they are locked down: mode WATCHER, no strategies and "
            + "groups, keys kept, as it was again after a renewal.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_days);
        command.Options.Add(_keepExpired);
    }

    public SubscriptionOptions Read(ParseResult parsed)
    {
        var defaults = new SubscriptionOptions();
        return defaults with { NoticeDays = parsed.GetValue(_days) ?? defaults.NoticeDays, LocksExpired = !parsed.GetValue(_keepExpired) };
    }
}
