using System.Collections.Frozen;
using System.Text.Json;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Stores;

/// <summary>How each kind of write that can be spooled is read back.</summary>
internal static class WriteKinds
{
    private static readonly FrozenDictionary<string, Func<string, JsonElement, Write>> Readers = new Dictionary<string,
        Func<string, JsonElement, Write>>
    {
        [SaveSession.KindName] = SaveSession.Read,
        [PatchSessionConfig.KindName] = PatchSessionConfig.Read,
        [DeleteSession.KindName] = DeleteSession.Read,
        [SaveUser.KindName] = SaveUser.Read,
        [ExtendUser.KindName] = ExtendUser.Read,
        [RemoveUser.KindName] = RemoveUser.Read,
        [ChangeBotState.KindName] = ChangeBotState.Read,
        [SetSystemConfig.KindName] = SetSystemConfig.Read,
        [RemoveSystemConfig.KindName] = RemoveSystemConfig.Read,
        [OpenTrade.KindName] = OpenTrade.Read,
        [CloseTrade.KindName] = CloseTrade.Read,
        [AddFills.KindName] = AddFills.Read,
        [SaveKeyedState.KindName] = SaveKeyedState.Read,
        [PatchKeyedState.KindName] = PatchKeyedState.Read,
        [RemoveKeyedState.KindName] = RemoveKeyedState.Read,
        [SaveTask.KindName] = SaveTask.Read,
        [CompleteTask.KindName] = CompleteTask.Read,
        [RemoveTask.KindName] = RemoveTask.Read,
        [SaveCalibration.KindName] = SaveCalibration.Read,
        [RemoveCalibration.KindName] = RemoveCalibration.Read,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of all kinds that can be read.</summary>
    public static IEnumerable<string> Names => Readers.Keys;

    /// <summary>
    /// The write of a kind from its record's key and what <see cref="Write.WriteBody"/> wrote; null for a kind that this program does not know.
    /// </summary>
    public static Write? Read(string kind, string recordId, JsonElement body) =>
        Readers.TryGetValue(kind, out var read) ? read(recordId, body) : null;
}
