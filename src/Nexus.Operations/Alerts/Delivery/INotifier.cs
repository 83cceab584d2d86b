namespace Nexus.Operations.Alerts;

/// <summary>Delivers messages of one kind.</summary>
internal interface INotifier
{
    /// <summary>Delivers once, without retries of its own.</summary>
    /// <exception cref="OperationCanceledException">The time limit was reached.</exception>
    Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken);
}
