namespace Hyperplane.Client;

/// <summary>Why the API's certificate is not believed.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Reason">In words.</param>
public sealed record TrustRefusal(TrustFault Fault, string Reason);
