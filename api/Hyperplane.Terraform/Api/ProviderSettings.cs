using Hyperplane.Client;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Api;

/// <summary>What the provider's configuration and the environment say together.</summary>
/// <param name="Access">To the API.</param>
/// <param name="DefaultTags">On everything that has tags; a map of texts, perhaps not known yet.</param>
internal sealed record ProviderSettings(ApiAccess Access, Value DefaultTags);
