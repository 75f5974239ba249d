namespace Hyperplane.Lbctl.Api;

/// <summary>Why the API's certificate is not believed.</summary>
/// <param name="Reason">In words.</param>
/// <param name="Advice">What to do next.</param>
internal sealed record TrustRefusal(string Reason, string Advice);
