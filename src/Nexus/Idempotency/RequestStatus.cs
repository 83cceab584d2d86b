namespace Nexus.Idempotency;

/// <summary>What became of a request before.</summary>
public enum RequestStatus
{
    /// <summary>It is new, or was interrupted: carry it out now.</summary>
    Started,

    /// <summary>It was carried out, and its answer is known.</summary>
    Answered,

    /// <summary>It was carried out; its answer is longer than <see cref="NexusIdempotency.MaxAnswerBytes"/> and was not kept.</summary>
    AnswerNotKept,

    /// <summary>Someone else carries it out at this moment.</summary>
    Running,

    /// <summary>Another request was sent with the key.</summary>
    Mismatch,
}
