// Compiled once per instruction set, with PARABOLA_KERNELS naming the table it defines. Nothing here may instantiate
// code of the standard library: the linker keeps one copy of it, and that copy must run everywhere.
#include "assemble.hpp"
#include "centre.hpp"
#include "goals.hpp"
#include "inverse.hpp"
#include "kernels.hpp"
#include "paths.hpp"
#include "plain.hpp"
#include "turned.hpp"

namespace parabola {
namespace PARABOLA_ISA {
namespace {

// The workspace of plain problems: for a matrix, or for factors.
struct PlainWorkspace {
  Workspace ws;
  Dual dual;

  PlainWorkspace(const Shared& shared, double* memory) {
    if (hasFactors(shared)) {
      layOutDual(shared.n, shared.factorCount, ws, dual, memory);
    } else {
      ws.layOut(shared.n, memory);
    }
  }
};

std::size_t plainNumbers(int n, int thinFactors) {
  return thinFactors < 0 ? Workspace::numbers(n) : dualWorkspace(n, thinFactors);
}

// What was to be improved, and could not be, may be good enough.
void acceptWithin(double tolerance, Answer& answer) {
  if (answer.status == Status::Inaccurate && answer.relativeGap <= tolerance) {
    answer.status = Status::Solved;
  }
}

// What the plain way leaves inaccurate or calls a least variance without end, by the general one from there: it
// computes with twice the digits where it has to.
void solveAgain(const SerialGroup& group, const Shared& shared, const Scenario& scenario, bool calmest,
                double tolerance, const Spare& spare, Workspace& ws, Answer& answer) {
  const int thin = scenario.structure != nullptr ? scenario.thinFactors : shared.thinFactors;
  const std::size_t numbers = GeneralWorkspace::numbers(shared.n, 0, thin);
  double* const memory = spare.ask(Spare::kGeneral, numbers + ws.padded);
  if (memory == nullptr) {
    acceptWithin(tolerance, answer);
    return;
  }
  const Limits limits;
  Scenario at = scenario;
  at.limits = &limits;
  at.thinFactors = thin;
  const bool known = answer.gap == answer.gap;
  if (answer.status == Status::Inaccurate) {
    double* const start = memory + numbers;
    for (int i = 0; i < ws.padded; i++) {
      start[i] = ws.w[i];
    }
    at.start = start;
  }
  GeneralWorkspace general;
  general.layOut(shared.n, 0, thin, memory);
  general.spare = spare;
  Answer found = solveGeneral(group, shared, at, tolerance, general);
  if (calmest) {
    lookFartherOut(group, shared, at, tolerance, general, found);
  }
  const bool better = !known || found.status == Status::Unbounded || answer.status == Status::Unbounded ||
                      found.relativeGap < answer.relativeGap;
  found.iterations += answer.iterations;
  if (!better) {
    answer.iterations = found.iterations;
    acceptWithin(tolerance, answer);
    return;
  }
  answer = found;
  const Workspace& from = general.program.ws;
  for (int i = 0; i < ws.padded; i++) {
    ws.w[i] = from.w[i];
  }
  // These are there until the scenario is solved, as all of that memory is.
  ws.lower = from.lower;
  ws.upper = from.upper;
}

Answer solveScenario(const Shared& shared, const Scenario& scenario, double tolerance, double* memory, double* weights,
                     const Prices& prices, const Hooks& hooks) {
  if (scenario.limits == nullptr) {
    const SerialGroup group;
    // Not a copy where it is not another one: the inverse comes to it when it is asked for.
    const bool structured = scenario.structure != nullptr;
    const Shared own = structured ? withStructure(group, shared, scenario, memory) : Shared();
    const Shared& at = structured ? own : shared;
    PlainWorkspace workspace(at, memory);
    Workspace& ws = workspace.ws;
    const auto again = [&](const Scenario& plain, Answer& answer) {
      const bool calmest = scenario.goal == Goal::MinimumVariance;
      if (answer.status == Status::Inaccurate || (calmest && answer.status == Status::Unbounded)) {
        solveAgain(group, shared, plain, calmest, tolerance, hooks.spare, ws, answer);
      }
    };
    return solvePlain(
        group, at, scenario, tolerance, ws, weights, prices, [&] { return hooks.inverse(hooks.problem); }, again);
  }
  GoalWorkspace workspace;
  workspace.layOut(shared.n, scenario.limits->rows, scenario.goal == Goal::TargetReturn, scenario.thinFactors, memory);
  workspace.general.spare = hooks.spare;
  const Answer answer = solveGoal(SerialGroup(), shared, scenario, tolerance, workspace, prices);
  const double* w = workspace.general.program.ws.w;
  for (int i = 0; i < shared.n; i++) {
    weights[i] = w[i];
  }
  return answer;
}

int factorBaseFace(const Shared& shared, double* memory, double* L, std::size_t capacity, double* inverse) {
  Workspace ws;
  ws.layOut(shared.n, memory);
  const Face& face = ws.face;
  if (!factorBase(SerialGroup(), shared, ws)) {
    return 0;
  }
  const std::size_t numbers = static_cast<std::size_t>(face.size) * face.stride;
  if (numbers > capacity) {
    return 0;
  }
  for (std::size_t i = 0; i < numbers; i++) {
    L[i] = face.L[i];
  }
  for (int c = 0; c < face.size; c++) {
    inverse[c] = face.inverse[c];
  }
  return face.stride;
}

void prepareStep(const Shared& shared, double* memory, double* product, double* step) {
  const SerialGroup group;
  Workspace ws;
  ws.layOut(shared.n, memory);
  group.each(ws.padded, [&](auto i) { store(product, i, Pack<kLanes>(0.0)); });
  const int count = listNonzero(group, ws, shared.baseWeights);
  addColumns(group, shared.covariance, shared.stride, ws.list, ws.amount, count, ws.padded, product);
  const double most = group.largest(ws.n, 0, [&](int i) { return shared.deviation[i]; });
  group.each(ws.padded, [&](auto i) {
    const auto d = load(shared.deviation, i);
    store(step, i, stepLength(d * d, most * most));
  });
}

std::size_t dualNumbers(int n, int factors) { return Dual::numbers(n, factors); }

void startDualFromBase(const Shared& shared, double* memory) {
  Dual dual;
  dual.layOut(shared.n, shared.factorCount, memory);
  startDual(SerialGroup(), shared, dual);
}

bool assembleScenario(const Shared& shared, const CovarianceView& covariance, const ProblemView& problem,
                      const double* const* rows, const BatchView& batch, bool plain, bool thin, int s,
                      Assembly& assembly, Scenario& scenario) {
  return assemble(SerialGroup(), shared, covariance, problem, rows, batch, plain, thin, s, assembly, scenario);
}

bool isThinFactor(const Shared& shared) { return isThin(SerialGroup(), shared, Structure()); }

Bounds lookThroughBounds(const double* lower, const double* upper, int n) {
  return lookThrough(SerialGroup(), lower, upper, padded(n));
}

bool invertCovariance(const double* covariance, int n, long stride, double sigma, double* factor, double* panel,
                      double* P, double* balanced) {
  return invert(SerialGroup(), covariance, n, stride, sigma, factor, panel, P, balanced);
}

bool turnInverse(const double* covariance, int n, long stride, double sigma, const int* order, int free, double* memory,
                 double* K, double* balanced) {
  return turn(SerialGroup(), covariance, n, stride, sigma, order, free, memory, K, balanced);
}

void drawTile(const ProcessView& process, const DrawView& draw, long from, int count, double* memory) {
  DrawWorkspace workspace;
  workspace.layOut(process, kDrawTile, memory);
  drawPaths(SerialGroup(), process, draw, from, count, workspace);
}

std::size_t drawNumbers(const ProcessView& process) { return DrawWorkspace::numbers(process, kDrawTile); }

std::size_t invertPanel(int n) { return panelNumbers(n); }

}  // namespace
}  // namespace PARABOLA_ISA

#define PARABOLA_TEXT(x) #x
#define PARABOLA_NAME(x) PARABOLA_TEXT(x)

const Kernels PARABOLA_KERNELS = {
    PARABOLA_NAME(PARABOLA_ISA), PARABOLA_ISA::plainNumbers,      PARABOLA_ISA::GoalWorkspace::numbers,
    PARABOLA_ISA::solveScenario, PARABOLA_ISA::factorBaseFace,    PARABOLA_ISA::prepareStep,
    PARABOLA_ISA::dualNumbers,   PARABOLA_ISA::startDualFromBase, PARABOLA_ISA::assembleScenario,
    PARABOLA_ISA::isThinFactor,  PARABOLA_ISA::lookThroughBounds, PARABOLA_ISA::invertCovariance,
    PARABOLA_ISA::invertPanel,   PARABOLA_ISA::turnInverse,       PARABOLA_ISA::turnNumbers,
    PARABOLA_ISA::drawTile,      PARABOLA_ISA::drawNumbers,       PARABOLA_ISA::centre,
};

}  // namespace parabola
