namespace Nexus.Tasks;

/// <summary>A worker's claim of a task.</summary>
/// <param name="Holder">Who has it.</param>
/// <param name="Fence">The number of the claim: greater than that of every earlier claim of the task.</param>
/// <param name="Until">Until when it holds unless it is renewed, by the store's clock.</param>
/// <param name="Due">When the run was due. The task's id and this instant identify the run.</param>
public sealed record TaskLease(string Holder, long Fence, DateTimeOffset Until, DateTimeOffset Due);
