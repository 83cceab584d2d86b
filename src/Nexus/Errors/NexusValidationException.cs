namespace Nexus.Errors;

/// <summary>A value from the caller is invalid. Nothing was written.</summary>
public sealed class NexusValidationException : NexusException
{
    /// <summary>Creates the exception with the field and the limit that the value exceeds.</summary>
    /// <param name="field">The field as the caller knows it, such as <c>config.leverage</c> or <c>sessions[3].chatId</c>.</param>
    /// <param name="message">What is wrong and what is allowed, without the value itself.</param>
    /// <param name="tooLarge">True when a size limit is exceeded: HTTP 413 instead of 400.</param>
    public NexusValidationException(string field, string message, bool tooLarge = false)
        : base(tooLarge ? "too_large" : "invalid", $"{ClientText.Path(field)}: {message}")
    {
        Field = ClientText.Path(field);
        Reason = message;
        IsTooLarge = tooLarge;
    }

    /// <summary>The field that was refused.</summary>
    public string Field { get; }

    /// <summary>What is wrong, without the name of the field.</summary>
    public string Reason { get; }

    /// <summary>True when a size limit was exceeded.</summary>
    public bool IsTooLarge { get; }

    /// <summary>The same error seen from an enclosing document: <c>chatId</c> becomes <c>sessions[3].chatId</c>.</summary>
    public NexusValidationException Within(string prefix) => new($"{prefix}.{Field}", Reason, IsTooLarge);
}
