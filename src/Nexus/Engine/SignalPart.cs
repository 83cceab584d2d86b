namespace Nexus.Engine;

/// <summary>What a record decides about signals.</summary>
internal enum SignalPart
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Which signals the chat gets whose id is the record's key.</summary>
    Chat,

    /// <summary>Which signals there are at all.</summary>
    Bot,
}
