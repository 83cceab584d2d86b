using Nexus.Operations.Alerts;

namespace Nexus.Fuzz.Targets;

/// <summary>The settings of the alerts with rules, routes, silences and notifiers.</summary>
internal sealed class AlertSettingsTarget : FuzzTarget
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public override string Name => "alert-settings";

    public override IReadOnlyList<string> Dictionaries => ["json", "alerts"];

    public override int Mutations => 800;

    public override void Run(byte[] input, ShownTexts shown) => AlertSettingsReader.Parse(input, Now);

    public override bool IsDocumented(Exception error) => error is AlertSettingsException;
}
