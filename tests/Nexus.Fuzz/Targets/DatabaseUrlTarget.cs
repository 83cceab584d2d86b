using System.Text;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Fuzz.Targets;

/// <summary><c>DATABASE_URL</c> in its three forms, for the state and for the server itself.</summary>
internal sealed class DatabaseUrlTarget : FuzzTarget
{
    public override string Name => "database-url";

    public override IReadOnlyList<string> Dictionaries => ["database-url"];

    public override void Run(byte[] input, ShownTexts shown)
    {
        var text = Encoding.UTF8.GetString(input);
        var notes = new List<string>();
        try
        {
            var address = DatabaseUrl.Read(text, notes);
            if (string.IsNullOrEmpty(address.Settings.Host)) throw new FuzzFailureException("an address without a host is accepted");
        }
        finally
        {
            shown.Add(notes);
        }
        DatabaseUrl.Read(text, notes, isDirect: true);
    }

    public override bool IsDocumented(Exception error) => error is NexusConfigurationException;

    public override bool HidesPlanted(ReadOnlySpan<byte> input) => PlantedSecret.Follows(input, "://bot:", "password=", "Password=");
}
