namespace Nexus.Secrets;

/// <summary>What handling one document needs in memory, kept by each thread for its next document.</summary>
internal sealed class DocumentScratch
{
    /// <summary>What a rare large document made larger than this, in bytes, is not kept.</summary>
    private const int MaxKept = 64 * 1024;

    [ThreadStatic]
    private static DocumentScratch? t_idle;

    private DocumentFrame[] _frames = new DocumentFrame[16];

    /// <summary>The document as it is written.</summary>
    public Utf8Buffer Output { get; } = new();

    /// <summary>The current string without its escapes.</summary>
    public Utf8Buffer Text { get; } = new();

    /// <summary>The replacement of the current string.</summary>
    public Utf8Buffer Replacement { get; } = new();

    /// <summary>The names met so far without their escapes, one after the other.</summary>
    public Utf8Buffer Names { get; } = new();

    /// <summary>The JSON pointer of the current value.</summary>
    public Utf8Buffer Pointer { get; } = new();

    public PropertyNames PropertyNames { get; } = new();

    /// <summary>Which values of the document are secrets.</summary>
    public DocumentJudgement Judgement { get; } = new();

    public Span<DocumentFrame> Frames => _frames;

    public static DocumentScratch Rent()
    {
        var scratch = t_idle ?? new DocumentScratch();
        t_idle = null;
        return scratch;
    }

    /// <summary>Wipes what went through and keeps the memory for the thread's next document.</summary>
    public void Return()
    {
        Output.Clear();
        Text.Clear();
        Replacement.Clear();
        Names.Clear();
        Pointer.Clear();
        PropertyNames.Clear();
        Judgement.Clear();
        if (Capacity <= MaxKept) t_idle = this;
    }

    public void GrowFrames() => Array.Resize(ref _frames, 2 * _frames.Length);

    private int Capacity =>
        Output.Capacity + Text.Capacity + Replacement.Capacity + Names.Capacity + Pointer.Capacity + PropertyNames.Capacity + Judgement.Capacity
        + (_frames.Length * DocumentFrame.Size);
}

/// <summary>An open object or array and its current member.</summary>
internal struct DocumentFrame
{
    /// <summary>Bytes, about.</summary>
    public const int Size = 20;

    /// <summary>Tells the objects of a document apart.</summary>
    public int Id;

    /// <summary>The current element of an array.</summary>
    public int Index;

    /// <summary>The current name in an object: its place in <see cref="DocumentScratch.Names"/>.</summary>
    public int NameStart;

    public int NameLength;

    public bool IsArray;
}
