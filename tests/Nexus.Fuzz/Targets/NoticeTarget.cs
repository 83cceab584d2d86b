using System.Text;
using Nexus.Postgres;

namespace Nexus.Fuzz.Targets;

/// <summary>Notices between instances: every role that may connect to the database can send them.</summary>
internal sealed class NoticeTarget : FuzzTarget
{
    private static readonly NoticeReader Reader = new(new ChangeNotice("public"));

    public override string Name => "notice";

    public override IReadOnlyList<string> Dictionaries => ["json", "outbox"];

    public override void Run(byte[] input, ShownTexts shown)
    {
        var notice = Reader.Read(Encoding.UTF8.GetString(input));
        if (notice.IsOwn) throw new FuzzFailureException("a notice of another sender counts as our own");
    }

    public override bool IsDocumented(Exception error) => false;
}
