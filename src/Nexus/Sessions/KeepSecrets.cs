using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Sessions;

/// <summary>Secrets of a session that a save leaves as they are stored.</summary>
[Flags]
public enum KeepSecrets
{
    /// <summary>Both are saved; a null clears.</summary>
    None = 0,

    /// <summary>The stored api key stays.</summary>
    ApiKey = 1,

    /// <summary>The stored api secret stays.</summary>
    ApiSecret = 2,
}
