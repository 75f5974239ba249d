using Hyperplane.Lbctl.Contexts;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Commands;

/// <summary>What a command has that does not ask the API.</summary>
/// <param name="Io">The world.</param>
/// <param name="Print">The command's answer.</param>
/// <param name="Contexts">The person's contexts.</param>
/// <param name="Said">By options and environment, of no context.</param>
internal sealed record LocalSession(CommandIo Io, Printer Print, ContextFile Contexts, SaidAccess Said);
