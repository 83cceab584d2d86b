using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>Properties of every sealed value of a store. The canary keeps them sealed, so that they cannot be revoked without a key.</summary>
[Flags]
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public enum SealFeatures
{
    /// <summary>A store as the first versions left it.</summary>
    None = 0,

    /// <summary>API keys are whole sealed records with a sealed index; the earlier form is refused.</summary>
    WholeApiKeys = 1,

    /// <summary>Values in trades are bound to their trade; those bound to the chat alone are refused.</summary>
    BoundTrades = 2,

    /// <summary>A legacy database is being adopted: its plain texts are sealed in place. Ends with the first run that finishes.</summary>
    Adopting = 4,

    /// <summary>Every outbox of the store authenticates its rows; those of an earlier version are refused.</summary>
    AuthenticOutbox = 8,

    /// <summary>What a new store begins with.</summary>
    Current = WholeApiKeys | BoundTrades | AuthenticOutbox,
}
