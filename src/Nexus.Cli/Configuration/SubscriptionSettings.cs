using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Configuration;

/// <summary>The options about trades that are archived and subscriptions that end.</summary>
internal sealed class SubscriptionSettings
{
    private readonly SettingOption _retain = new(OperationSettings.RetainTrades);
    private readonly SettingOption _days = new(OperationSettings.NoticeDays);

    private readonly SettingFlag _keepExpired = new(
        "--keep-expired-sessions", OperationSettings.LockExpired,
        "Leave the sessions of expired subscribers as they are. By default they are locked down: mode WATCHER, no strategies and groups, keys "
            + "kept. A renewal restores them.");

    public void AddTo(Command command)
    {
        command.Options.Add(_retain);
        command.Options.Add(_days);
        command.Options.Add(_keepExpired);
    }
}
